"""What `scorecard.html` shows, section by section: for each a module that makes its rows and a template that writes them.

Knows the record, and no file beside it.
"""
