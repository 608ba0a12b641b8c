"""Versions of assistants: their folders, manifests and cards."""
