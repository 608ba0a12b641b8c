"""Text from a version, behind one protocol."""
