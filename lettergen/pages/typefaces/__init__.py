"""Fonts: which there are, what characters they have, and whether they are sound."""
