"""`Letter` as a fax: a page made for the line, the file that machines exchange, and what it costs."""
