"""What fills the terminal: the chat, and the help over it."""
