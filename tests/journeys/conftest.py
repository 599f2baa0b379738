"""One demo world for the whole run, and one server on a copy of it for each process that runs tests."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.planting import demo_in
from tests.journeys.site import Site
from tests.journeys.texts import Judge, judges_of
from tests.soak.servers import serving


@pytest.fixture(scope="session")
def demo_world(shared_folder: Path) -> Path:
    return demo_in(shared_folder)


@pytest.fixture(scope="session")
def site(demo_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site") / "data"
    shutil.copytree(demo_world, folder)
    with serving(f"sqlite:///{folder / 'octant.db'}", folder) as server:
        yield Site(server)


@pytest.fixture(scope="session")
def judges(site: Site) -> dict[str, Judge]:
    return judges_of(site.server.url)
