"""What is mended in a text, rule by rule."""
