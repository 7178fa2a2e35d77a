"""Who may be named to whom, and names found where they must not be."""
