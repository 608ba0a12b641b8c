"""Conversations as files, for people, for other programs and for this one, and back."""
