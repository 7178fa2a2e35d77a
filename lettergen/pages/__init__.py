"""Pages: one `Letter` as text, as HTML and as PDF, in the same words and the same order."""
