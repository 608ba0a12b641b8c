"""Rows from wherever they are: files of many formats, folders, archives, databases; each with its place."""
