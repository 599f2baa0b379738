"""A database with the kernel's tables on each engine, a small world in it, and a clock that tests move by hand."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Table
from sqlalchemy.schema import sort_tables

import core.jobs
import core.seal
import core.signin  # noqa: F401 their tables belong to the schema
from core import clock
from core.db import dispose, engine, kernel_session
from core.dialects import engine_for
from core.i18n import use_language
from core.people import Role, Unit, User, UserRole
from core.record import METADATA
from core.settings import settings

PASSWORD = "violet-harbour-29"


class Clock:
    """Time that stands still until a test moves it."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)

    def pass_by(self, **span: float) -> None:
        self.moment += timedelta(**span)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(clock, "datetime", SimpleNamespace(now=lambda _zone: made.moment))
    return made


@pytest.fixture
def english() -> Iterator[None]:
    """For tests that look at sentences."""
    with use_language("en"):
        yield


@pytest.fixture(scope="module")
def tables(module_engine_url: str) -> str:
    """A database that the tests of one file share, with the kernel's tables."""
    made = engine_for(module_engine_url)
    METADATA.create_all(made, tables=kernel_tables())
    made.dispose()
    return module_engine_url


@pytest.fixture
def database(tables: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The kernel's tables, empty again after each test, on each engine; the data folder is the test's own."""
    use_database(monkeypatch, tables, tmp_path / "data")
    yield tables
    with engine().begin() as connection:
        for table in reversed(sort_tables(kernel_tables())):
            connection.execute(table.delete())
    dispose()
    settings.cache_clear()


def kernel_tables() -> list[Table]:
    """Other tests of the same run may have loaded a part of the modules' tables, whose keys then lead nowhere."""
    return [table for name, table in METADATA.tables.items() if name.startswith("core_")]


def use_database(monkeypatch: pytest.MonkeyPatch, url: str, folder: Path) -> None:
    dispose()
    folder.mkdir(exist_ok=True)
    monkeypatch.setenv("OCTANT_DATA_DIR", str(folder))
    monkeypatch.setenv("OCTANT_DATABASE_URL", url)
    settings.cache_clear()


def add_user(username: str, *, grants: dict[str, str] | None = None, **values: Any) -> int:
    """A user with one role of these grants."""
    with kernel_session() as session:
        user = User(username=username, name=username.title(), **values)
        role = Role(code=f"role_{username}", name_zh="角色", grants=grants or {})
        session.add_all([user, role])
        session.flush()
        session.add(UserRole(user_id=user.id, role_id=role.id))
        return user.id


def add_unit(code: str, kind: str, parent: Unit | None = None) -> Unit:
    with kernel_session() as session:
        unit = Unit(code=code, kind=kind, name_zh="深圳市", name_en="Shenzhen", parent_id=parent.id if parent else None)
        unit.stand_under(parent)
        session.add(unit)
    return unit
