"""What stands on the browser's screen: the table of items, and the item that is chosen."""
