"""Senders × recipients → plan → letters on disk, every one accounted for."""
