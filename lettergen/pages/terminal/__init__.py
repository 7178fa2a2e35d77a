"""`Letter` as pages of terminal cells."""
