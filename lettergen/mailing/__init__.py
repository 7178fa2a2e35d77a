"""From senders × recipients to a plan to letters on disk, every one accounted for."""
