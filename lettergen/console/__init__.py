"""The only room that prints: problems, tables, progress and the page in the terminal."""
