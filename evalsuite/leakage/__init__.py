"""Whether what a target is examined on stands in what it learned from."""
