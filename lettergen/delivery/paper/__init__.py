"""What goes out on paper: envelopes, labels, print files, kits, registered letters."""
