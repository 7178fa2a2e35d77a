"""The campaign's facts: people's files, read, checked and held as frozen values."""
