"""Fixtures that every test may use: an empty database on each engine, and a browser."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from typing import Any

import pytest

from tests import engines
from tests.browser import browser as browser  # a fixture is known by its name here

FILE = "octant.db"
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
    with empty(request, tmp_path) as url:
        yield url


@pytest.fixture(scope="module", params=ENGINES)
def module_engine_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database that the tests of one file share, on each engine."""
    with empty(request, tmp_path_factory.mktemp("empty")) as url:
        yield url


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with every migration and the reference data, in use by the product, for this test alone."""
    with migrated(request, tmp_path) as url, engines.in_use(url, tmp_path):
        yield url


@pytest.fixture(scope="module", params=ENGINES)
def module_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same, shared by the tests of one file."""
    folder = tmp_path_factory.mktemp("database")
    with migrated(request, folder) as url, engines.in_use(url, folder):
        yield url


@pytest.fixture(scope="session")
def postgresql_template(pg_admin: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Migrated once, then copied: quicker than migrating for every test."""
    with engines.database(pg_admin) as url:
        migrate(url, tmp_path_factory.mktemp("template"))
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    migrate(sqlite_url(folder), folder)
    return folder / FILE


def empty(request: pytest.FixtureRequest, folder: Path) -> AbstractContextManager[str]:
    if request.param == "postgresql":
        return engines.database(request.getfixturevalue("pg_admin"))
    return nullcontext(sqlite_url(folder))


def migrated(request: pytest.FixtureRequest, folder: Path) -> AbstractContextManager[str]:
    template = request.getfixturevalue(f"{request.param}_template")
    if request.param == "postgresql":
        return engines.database(request.getfixturevalue("pg_admin"), template=template)
    shutil.copy(template, folder)
    return nullcontext(sqlite_url(folder))


def migrate(url: str, folder: Path) -> None:
    from core.migrate import upgrade
    from core.plant import plant_reference

    with engines.in_use(url, folder):
        upgrade()
        plant_reference()


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / FILE}"
