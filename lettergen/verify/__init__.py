"""Finished PDFs, ours or a stranger's: where the ink is, and whether that suits sheet and envelope."""
