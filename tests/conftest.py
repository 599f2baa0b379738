"""Fixtures that every test may use: an empty database on each engine, and a browser."""

import atexit
import gc
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from tests import engines
from tests.browser import browser as browser  # a fixture is known by its name here
from tests.templates import PostgresqlTemplates, SqliteTemplates, Templates

ROOT = Path(__file__).parents[1]
ENGINES = ("sqlite", "postgresql")
KEPT = ("OCTANT_TEST_PG", "OCTANT_CHROMIUM")
SERVER = pytest.StashKey[ExitStack]()
ADDRESS = pytest.StashKey[str]()

# A test must never read or write the data of the person who runs it.
for name in [name for name in os.environ if name.startswith("OCTANT_") and name not in KEPT]:
    del os.environ[name]
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(engines.quick_folder()))
os.environ["OCTANT_DATA_DIR"] = tempfile.gettempdir() + "/octant-tests-have-no-data"
# Where nothing compiled may be left behind, the programs that tests start share it for this run: compiling all anew
# would cost each of them two seconds.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
    os.environ["PYTHONPYCACHEPREFIX"] = tempfile.mkdtemp(prefix="octant-compiled-")
    atexit.register(shutil.rmtree, os.environ["PYTHONPYCACHEPREFIX"], ignore_errors=True)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """The process that hands out the tests starts one PostgreSQL for all its workers."""
    if SERVER not in node.config.stash:
        node.config.stash[SERVER] = ExitStack()
        node.config.stash[ADDRESS] = node.config.stash[SERVER].enter_context(engines.postgres_server())
    node.workerinput["postgres"] = node.config.stash[ADDRESS]


def pytest_collection_finish() -> None:
    """What is imported by now stays: to look through it for garbage again and again is a twelfth of the run."""
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    if SERVER in config.stash:
        config.stash[SERVER].close()


@pytest.fixture(scope="session")
def shared_folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what all processes of a run have in common."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if hasattr(request.config, "workerinput") else base


@pytest.fixture(scope="session", autouse=True)
def _demo_in_time(request: pytest.FixtureRequest, shared_folder: Path) -> Iterator[None]:
    """The demo world takes half a minute: it is begun before a journey asks for it, so that no process waits."""
    is_first = getattr(request.config, "workerinput", {}).get("workerid", "gw0") == "gw0"
    needs_it = any("demo_world" in getattr(item, "fixturenames", ()) for item in request.session.items)
    if not (is_first and needs_it):
        yield
        return
    planting = subprocess.Popen([sys.executable, "-m", "tests.journeys.planting", str(shared_folder)], cwd=ROOT)
    yield
    planting.wait()


@pytest.fixture(scope="session")
def pg_admin(request: pytest.FixtureRequest) -> Iterator[str]:
    """A PostgreSQL server on which databases may be made."""
    if shared := getattr(request.config, "workerinput", {}).get("postgres"):
        yield shared
        return
    with engines.postgres_server() as address:
        yield address


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Templates]:
    with ExitStack() as stack:
        yield SqliteTemplates(tmp_path_factory, stack)


@pytest.fixture(scope="session")
def postgresql_templates(pg_admin: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Templates]:
    with ExitStack() as stack:
        yield PostgresqlTemplates(pg_admin, tmp_path_factory, stack)


@pytest.fixture(scope="session")
def sqlite_template(sqlite_templates: Templates) -> Path:
    return Path(make_url(sqlite_templates.made()).database or "")


@pytest.fixture(params=ENGINES)
def templates(request: pytest.FixtureRequest) -> Templates:
    """Of each engine in turn."""
    return templates_of(request, request.param)


@pytest.fixture(scope="module", params=ENGINES)
def module_templates(request: pytest.FixtureRequest) -> Templates:
    """The same, for what the tests of one file share."""
    return templates_of(request, request.param)


def templates_of(request: pytest.FixtureRequest, engine: str) -> Templates:
    found: Templates = request.getfixturevalue(f"{engine}_templates")
    return found


@pytest.fixture
def engine_url(templates: Templates, tmp_path: Path) -> Iterator[str]:
    """An empty database of this test alone, on each engine."""
    with templates.empty(tmp_path) as url:
        yield url


@pytest.fixture(scope="module")
def module_engine_url(module_templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database that the tests of one file share, on each engine."""
    with module_templates.empty(tmp_path_factory.mktemp("empty")) as url:
        yield url


@pytest.fixture
def database(templates: Templates, tmp_path: Path) -> Iterator[str]:
    """A database with every migration and the reference data, in use by the product, for this test alone."""
    with templates.copy(tmp_path) as url:
        yield url


@pytest.fixture(scope="module")
def module_database(module_templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same, shared by the tests of one file."""
    with module_templates.copy(tmp_path_factory.mktemp("database")) as url:
        yield url
