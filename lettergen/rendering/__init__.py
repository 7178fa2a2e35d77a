"""One letter: from an order to the bytes of its files."""
