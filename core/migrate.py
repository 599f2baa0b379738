"""Brings a database to the newest schema. Modules that come as wheels of their own may bring a folder `migrations`."""

import os
import pkgutil
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from alembic import autogenerate, command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import make_url

import core
from core.dialects import engine_for
from core.record import METADATA as METADATA  # what the environment of the migrations compares with
from core.registry import registry
from core.settings import settings

_CORE = Path(core.__file__).parent


def upgrade(url: str | None = None, *, to: Sequence[str] = ("heads",)) -> None:
    """Run every migration that the database lacks, up to these revisions. Safe to run again."""
    config = _config(url)
    _make_folder(config.attributes["url"])
    for revision_id in to:
        command.upgrade(config, revision_id)


def _make_folder(url: str) -> None:
    """SQLite makes its file, but not the folder for it, which is its owner's alone."""
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite" and parts.database:
        Path(parts.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)


def is_current(url: str | None = None) -> bool:
    """Whether the database has every migration of this release, and none of a later one."""
    config = _config(url)
    engine = engine_for(config.attributes["url"])
    with engine.connect() as connection:
        applied = set(MigrationContext.configure(connection).get_current_heads())
    engine.dispose()
    return applied == set(ScriptDirectory.from_config(config).get_heads())


def differences(url: str | None = None) -> list[Any]:
    """What the tables of the database have otherwise than the models say; empty when they agree."""
    config = _config(url)
    engine = engine_for(config.attributes["url"])
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = list(autogenerate.compare_metadata(context, METADATA))
    engine.dispose()
    return found


def revision(message: str, *, url: str | None = None, module: str | None = None, rev_id: str | None = None) -> Path:
    """Write a migration from what the models have and an up-to-date database lacks. To be read before it is kept.

    For a module that comes as a wheel of its own, `module` puts it into the module's folder `migrations`, in a branch
    of the module's name that starts after what this release has.
    """
    config = _config(url, also=_own_migrations(module) if module else None)
    options: dict[str, Any] = {}
    if module:
        known = ScriptDirectory.from_config(config)
        options["version_path"] = str(_own_migrations(module))
        branches = {label for script in known.walk_revisions() for label in script.branch_labels}
        options |= (
            {"head": f"{module}@head"}
            if module in branches
            else {"head": "base", "branch_label": module, "depends_on": known.get_heads()}
        )
    made = command.revision(config, message=message, autogenerate=True, rev_id=rev_id, **options)
    return Path(made.path)  # type: ignore[union-attr]  # one message makes one script


def _own_migrations(module: str) -> Path:
    return Path(str(import_module(module).__file__)).parent / "migrations"


def folder() -> Path:
    """The migrations: beside the packages in the source tree, inside `core` in an installed wheel."""
    inside, beside = _CORE / "alembic", _CORE.parent / "alembic"
    return inside if (inside / "env.py").exists() else beside


def _config(url: str | None, *, also: Path | None = None) -> Config:
    """Where the migrations are; `also` is a folder that the first one of a module is about to make."""
    _load_tables()
    places = [folder() / "versions", *_of_modules()]
    places += [also] if also and also not in places else []
    config = Config()
    config.set_main_option("script_location", str(folder()))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", os.pathsep.join(map(str, places)))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["url"] = url or settings().url
    return config


def _of_modules() -> list[Path]:
    return [place for module in registry().modules if (place := _own_migrations(module.name)).is_dir()]


def _load_tables() -> None:
    """The modules' tables come with the registry; the kernel's own lie in its files."""
    registry()
    for found in pkgutil.walk_packages(core.__path__, "core."):
        if found.name.split(".")[1] not in ("alembic", "cli", "__main__"):
            import_module(found.name)
