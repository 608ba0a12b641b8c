"""What the data is, told to people and programs: the data card."""
