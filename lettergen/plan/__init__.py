"""Senders × recipients → orders: who writes to whom, and who is left out."""
