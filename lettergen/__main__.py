"""``python -m lettergen``."""

from lettergen.cli import main

main()
