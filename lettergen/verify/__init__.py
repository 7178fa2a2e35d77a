"""Measures finished PDFs, ours or a stranger's: where the ink is, and whether it suits sheet and envelope."""
