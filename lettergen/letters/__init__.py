"""From template and facts to a `Letter`."""
