"""Workbooks as people have them: what their sheets show, and what they hide."""
