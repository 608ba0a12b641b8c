"""What is the same, what belongs together, and which split it falls to."""
