"""`Letter` as a fax: pages made for the line, the file that machines exchange, and the time it takes."""
