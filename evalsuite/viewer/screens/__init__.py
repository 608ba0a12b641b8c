"""What fills the terminal: the browser, and over it a choice, a text to correct, or the help."""
