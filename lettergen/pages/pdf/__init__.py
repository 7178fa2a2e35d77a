"""`Letter` to PDF by WeasyPrint: laid out, fitted to its sheets, accessible."""
