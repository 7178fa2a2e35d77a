"""Template and facts make a `Letter`."""
