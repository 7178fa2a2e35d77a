"""The constant part of a letter typeset once, and the personal lines of its fellows set into it."""
