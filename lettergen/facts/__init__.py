"""What the campaign knows: files that people keep, read, checked and held as frozen values."""
