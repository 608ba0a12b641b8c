"""More rows from those there are, marked as such, and classes in balance."""
