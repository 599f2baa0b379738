"""Databases that are made once, then copied: quicker than migrating, and planting a world, for every test."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from tests import engines

FILE = "octant.db"
Plant = Callable[[], Any]


class Templates:
    """Of one engine: the migrated database with the reference data, and a copy of it for each world planted in it."""

    def __init__(self, folders: pytest.TempPathFactory, stack: ExitStack) -> None:
        self.folders, self.stack = folders, stack
        self.urls: dict[Plant, str] = {}
        self.planted: dict[Plant, Any] = {}

    @contextmanager
    def copy(self, folder: Path, plant: Plant | None = None) -> Iterator[str]:
        """A database of its own in which the world stands already, in use by the product for this block."""
        with self._copied(self.made(plant), folder) as url, engines.in_use(url, folder):
            yield url

    def made(self, plant: Plant | None = None) -> str:
        """The address of the template, which nobody may be using."""
        plant = plant or migrate
        if plant not in self.urls:
            folder = self.folders.mktemp("template")
            source = self.empty(folder) if plant is migrate else self._copied(self.made(), folder)
            url = self.stack.enter_context(source)
            with engines.in_use(url, folder):
                self.planted[plant] = plant()
            self.urls[plant] = url
        return self.urls[plant]

    def empty(self, folder: Path) -> AbstractContextManager[str]:
        raise NotImplementedError

    def _copied(self, template: str, folder: Path) -> AbstractContextManager[str]:
        raise NotImplementedError


class SqliteTemplates(Templates):
    def empty(self, folder: Path) -> AbstractContextManager[str]:
        return nullcontext(f"sqlite:///{folder / FILE}")

    def _copied(self, template: str, folder: Path) -> AbstractContextManager[str]:
        shutil.copy(make_url(template).database or "", folder / FILE)
        return self.empty(folder)


class PostgresqlTemplates(Templates):
    def __init__(self, admin: str, folders: pytest.TempPathFactory, stack: ExitStack) -> None:
        super().__init__(folders, stack)
        self.admin = admin

    def empty(self, folder: Path) -> AbstractContextManager[str]:
        return engines.database(self.admin)

    def _copied(self, template: str, folder: Path) -> AbstractContextManager[str]:
        return engines.database(self.admin, template=template)


def migrate() -> None:
    from core.migrate import upgrade
    from core.plant import plant_reference

    upgrade()
    plant_reference()
