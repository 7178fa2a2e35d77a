"""The action page: one HTML file in which anybody writes a letter, without a server and without a request."""
