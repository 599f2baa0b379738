"""One demo world for the whole run, and one server on a copy of it for each process that runs tests."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.journeys.site import Site, plant_demo
from tests.journeys.texts import Judge, judges_of
from tests.soak.servers import serving


@pytest.fixture(scope="session")
def demo_world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Planted by the first process that asks; the others wait for it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if hasattr(request.config, "workerinput") else base
    folder = shared / "demo-world"
    with locked(shared / "demo-world.lock"):
        if not folder.exists():
            making = shared / "demo-world-in-the-making"
            shutil.copytree(request.getfixturevalue("sqlite_template").parent, making)
            plant_demo(making)
            making.rename(folder)
    return folder


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def site(demo_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site") / "data"
    shutil.copytree(demo_world, folder)
    with serving(f"sqlite:///{folder / 'octant.db'}", folder) as server:
        yield Site(server)


@pytest.fixture(scope="session")
def judges(site: Site) -> dict[str, Judge]:
    return judges_of(site.server.url)
