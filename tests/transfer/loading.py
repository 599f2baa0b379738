"""Short ways to import a few rows, and to see everything that the database holds."""

from typing import Any

from core.access import OPERATOR, Actor
from core.actors import actor_for
from core.db import reading
from core.entity import Entity
from core.lists import Query
from core.registry import registry
from core.transfer import Mapping, Plan, Result, Source, csv_parts, import_sheet, planned, propose, read_sheet
from tests.transfer.files import csv_bytes

Rows = tuple[tuple[Any, ...], ...]


def entity(stem: str) -> Entity:
    found = registry().entity(stem)
    assert found is not None, stem
    return found


def actor(name: str) -> Actor:
    return OPERATOR if name == "operator" else actor_for(name)


def by_name(*fields: str, key: str = "", **more: Any) -> Mapping:
    """A mapping whose columns have the names of their fields."""
    return Mapping(fields={name: Source(column=name) for name in fields}, key=(key,) if key else (), **more)


def foresee(name: str, stem: str, *rows: tuple[Any, ...], mapping: Mapping | None = None) -> Plan:
    sheet = read_sheet(csv_bytes(*rows), "list.csv")
    return planned(actor(name), entity(stem), sheet, mapping or propose(actor(name), entity(stem), sheet).mapping)


def load(name: str, stem: str, *rows: tuple[Any, ...], mapping: Mapping | None = None, dry_run: bool = False) -> Result:
    sheet = read_sheet(csv_bytes(*rows), "list.csv")
    chosen = mapping or propose(actor(name), entity(stem), sheet).mapping
    return import_sheet(actor(name), entity(stem), lambda: sheet, chosen, dry_run=dry_run)


def counts(result: Result) -> tuple[int, int, int, int]:
    return result.created, result.updated, result.unchanged, result.refused


def exported(name: str, stem: str, **filters: str) -> bytes:
    query = Query(filters={field: (value,) for field, value in filters.items()})
    with reading(actor(name)) as session:
        return b"".join(csv_parts(session, entity(stem), query))


def everything() -> dict[str, bytes]:
    """The exports of all entities but the three thousand divisions of the country, which no import here touches."""
    stems = [found.stem for found in registry().entities() if found.stem != "crm.division"]
    return {stem: exported("operator", stem) for stem in stems}
