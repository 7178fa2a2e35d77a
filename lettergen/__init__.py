"""Letters to power on behalf of people in danger: facts in, paper out."""

__version__ = "0.1.0"

__all__ = ["__version__"]
