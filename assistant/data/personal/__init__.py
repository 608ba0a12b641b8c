"""Personal data in a text: where it is, and how it is masked."""
