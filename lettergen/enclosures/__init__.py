"""Files that are enclosed with letters: looked at, and reduced to the pages that they show."""
