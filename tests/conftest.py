"""Fixtures that every test may use: an empty database on each engine, and a browser."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests import engines
from tests.browser import browser as browser  # a fixture is known by its name here

ENGINES = ("sqlite", "postgresql")
KEPT = ("OCTANT_TEST_PG", "OCTANT_CHROMIUM")
SERVER = pytest.StashKey[ExitStack]()
ADDRESS = pytest.StashKey[str]()

# A test must never read or write the data of the person who runs it.
for name in [name for name in os.environ if name.startswith("OCTANT_") and name not in KEPT]:
    del os.environ[name]
os.environ["OCTANT_DATA_DIR"] = tempfile.gettempdir() + "/octant-tests-have-no-data"


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """The process that hands out the tests starts one PostgreSQL for all its workers."""
    if SERVER not in node.config.stash:
        node.config.stash[SERVER] = ExitStack()
        node.config.stash[ADDRESS] = node.config.stash[SERVER].enter_context(engines.postgres_server())
    node.workerinput["postgres"] = node.config.stash[ADDRESS]


def pytest_unconfigure(config: pytest.Config) -> None:
    if SERVER in config.stash:
        config.stash[SERVER].close()


@pytest.fixture(scope="session")
def pg_admin(request: pytest.FixtureRequest) -> Iterator[str]:
    """A PostgreSQL server on which databases may be made."""
    if shared := getattr(request.config, "workerinput", {}).get("postgres"):
        yield shared
        return
    with engines.postgres_server() as address:
        yield address


@pytest.fixture(params=ENGINES)
def engine_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of this test alone, on each engine."""
    with empty_database(request, tmp_path) as url:
        yield url


@pytest.fixture(scope="module", params=ENGINES)
def module_engine_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database that the tests of one file share, on each engine."""
    with empty_database(request, tmp_path_factory.mktemp("database")) as url:
        yield url


def empty_database(request: pytest.FixtureRequest, folder: Path) -> AbstractContextManager[str]:
    if request.param == "postgresql":
        return engines.database(request.getfixturevalue("pg_admin"))
    return sqlite_file(folder)


@contextmanager
def sqlite_file(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder / 'octant.db'}"
