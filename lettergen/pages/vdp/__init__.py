"""Variable-data printing: what letters share is typeset once, each letter's own lines are set into it."""
