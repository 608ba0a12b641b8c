"""What data is like: figures, a card, a report."""
