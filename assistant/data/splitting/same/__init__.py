"""What is nearly the same, or means the same, among very many rows."""
