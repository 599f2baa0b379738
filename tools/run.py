"""What `make run` does: migrate, load the demo, serve. One process, because each start of Python costs seconds."""

import sys

from core.cli import main


def octant(*arguments: str) -> None:
    sys.argv = ["octant", *arguments]
    try:
        main()
    except SystemExit as end:
        if end.code:
            raise


if __name__ == "__main__":
    port = sys.argv[1]
    octant("migrate")
    octant("demo")
    octant("serve", "--port", port)
