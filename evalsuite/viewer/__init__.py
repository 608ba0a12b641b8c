"""A browser of one evaluation's items: read them, compare them with another side's, and send them where they belong."""
