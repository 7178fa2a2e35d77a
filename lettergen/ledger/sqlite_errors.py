"""SQLite's errors as problems that a person can fix."""

CLOSE_THE_OTHER = "wait until the other command has finished, then run this one again."
