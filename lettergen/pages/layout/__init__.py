"""Where the parts of a letter stand on its sheet."""
