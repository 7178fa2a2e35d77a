"""Folders of finished letters: files that are whole or absent, volumes, the manifest."""
