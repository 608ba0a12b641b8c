"""How each property of an answer is measured: one file a metric, each declared once."""
