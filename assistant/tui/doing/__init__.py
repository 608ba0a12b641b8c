"""What the commands of the chat do: to one turn, and by other screens."""
