"""`python -m core` is the command `octant`."""

from core.cli import main

main()
