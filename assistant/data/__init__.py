"""Questions and answers: read, clean, split."""
