"""The demo world of a run, planted once. `python -m tests.journeys.planting FOLDER` begins it while other tests run."""

import fcntl
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.journeys.site import PASSWORD, octant


def demo_in(shared: Path) -> Path:
    """The folder of the demo world, made by whoever asks first; the others wait for it."""
    folder, making = shared / "demo-world", shared / "demo-world-in-the-making"
    with _locked(shared / "demo-world.lock"):
        if not folder.exists():
            making.mkdir()
            _plant(making)
            making.rename(folder)
    return folder


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _plant(folder: Path) -> None:
    """The demo world and its users, with a data keeper beside them, who may import."""
    url = f"sqlite:///{folder / 'octant.db'}"
    keeper = ("user", "add", "keeper", "--role", "data_keeper", "--unit", "GD", "--password", PASSWORD)
    # The evidence is worked out here, and not again by each server at its start.
    for command in (("migrate",), ("demo",), ("evidence", "refresh"), keeper):
        octant(*command, url=url, data=folder, OCTANT_DEMO_PASSWORD=PASSWORD)
    # What stands beside the database file goes into it, or every copy would carry it, and every read go through it.
    with closing(sqlite3.connect(folder / "octant.db")) as database:
        database.execute("pragma wal_checkpoint(truncate)")


if __name__ == "__main__":
    demo_in(Path(sys.argv[1]))
