"""The registry finds the modules, puts their tables, rules and texts in force, and answers for what they declare."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

from core.access import contribute, protect
from core.approvals.kinds import register
from core.entity import Entity
from core.i18n import load_catalogue
from core.module import (
    Action,
    Bulk,
    Column,
    Command,
    Condition,
    DefaultRole,
    Due,
    Forget,
    Help,
    Job,
    Menu,
    Module,
    Panel,
    Report,
    View,
)

GROUP = "octant.modules"

# The kernel's parts that have tables or watch every session: they are in force in every process that loads modules.
KERNEL = (
    "approvals.rules", "audit", "bulk", "jobs", "notices", "once", "outbox", "paper_log", "passwords", "placement",
    "search", "seal", "signin", "transfer.batches", "views",
)  # fmt: skip


@dataclass(frozen=True)
class Registry:
    modules: tuple[Module, ...]

    def entities(self) -> Iterator[Entity]:
        for module in self.modules:
            yield from module.entities

    @cached_property
    def _by_stem(self) -> dict[str, Entity]:
        return {entity.stem: entity for entity in self.entities()}

    @cached_property
    def _by_table(self) -> dict[str, Entity]:
        return {entity.table.name: entity for entity in self.entities()}

    def entity(self, stem: str) -> Entity | None:
        return self._by_stem.get(stem)

    def entity_of_table(self, table: str) -> Entity | None:
        return self._by_table.get(table)

    def panels(self, entity: str) -> list[Panel]:
        found = [panel for module in self.modules for panel in module.panels if panel.entity == entity]
        return sorted(found, key=lambda panel: panel.order)

    def actions(self, entity: str) -> list[Action]:
        return [action for module in self.modules for action in module.actions if action.entity == entity]

    def bulks(self, entity: str) -> list[Bulk]:
        return [each for module in self.modules for each in module.bulks if each.entity == entity]

    def conditions(self, entity: str) -> list[Condition]:
        return [each for module in self.modules for each in module.conditions if each.entity == entity]

    def condition(self, entity: str, name: str) -> Condition | None:
        return next((each for each in self.conditions(entity) if each.name == name), None)

    def views(self, entity: str) -> list[View]:
        return [each for module in self.modules for each in module.views if each.entity == entity]

    def columns(self, entity: str) -> list[Column]:
        return [each for module in self.modules for each in module.columns if each.entity == entity]

    def menus(self) -> list[Menu]:
        return [menu for module in self.modules for menu in module.menus]

    def job(self, name: str) -> Job:
        return next(job for module in self.modules for job in module.jobs if job.name == name)

    def reports(self) -> list[Report]:
        return [report for module in self.modules for report in module.reports]

    def announced(self) -> frozenset[str]:
        return frozenset(stem for module in self.modules for stem in module.announced)

    def helps(self) -> list[Help]:
        return [each for module in self.modules for each in module.helps]

    def commands(self) -> list[Command]:
        return [command for module in self.modules for command in module.commands]

    def dues(self) -> list[Due]:
        return [due for module in self.modules for due in module.dues]

    def forgets(self) -> list[Forget]:
        return [each for module in self.modules for each in module.forgets]

    def report(self, name: str) -> Report | None:
        return next((report for report in self.reports() if report.name == name), None)

    def roles(self) -> list[DefaultRole]:
        """One role per code: a module adds its grants to a lower module's role by naming the code again."""
        merged: dict[str, DefaultRole] = {}
        for role in (role for module in self.modules for role in module.roles):
            known = merged.get(role.code, role)
            merged[role.code] = replace(known, grants={**known.grants, **role.grants})
        return list(merged.values())


def manifests() -> list[Module]:
    """Every installed module, by the entry-point group: an installed wheel adds one without a line changed here."""
    found = [import_module(point.value.split(":")[0]).MODULE for point in entry_points(group=GROUP)]
    return [import_module("core.manifest").MODULE, *_in_order(found)]


def _in_order(found: list[Module]) -> list[Module]:
    """Each module after those it needs. A missing one is said by name."""
    placed: list[Module] = []
    waiting = sorted(found, key=lambda module: module.name)
    while waiting:
        ready = [m for m in waiting if {*m.needs} <= {p.name for p in placed}]
        if not ready:
            lacking = {need for m in waiting for need in m.needs} - {m.name for m in found}
            raise LookupError(f"modules {[m.name for m in waiting]} wait for {sorted(lacking) or 'each other'}")
        placed += ready
        waiting = [m for m in waiting if m not in ready]
    return placed


@cache
def registry() -> Registry:
    """Load the modules once per process: their tables, rules and texts are in force from then on."""
    for part in KERNEL:
        import_module(f"core.{part}")
    made = Registry(tuple(manifests()))
    for module in made.modules:
        package = import_module(module.name)
        load_catalogue(Path(str(package.__file__)).parent)
        for entity in module.entities:
            protect(entity.table, entity.stem, entity.rule)
        for table, stem, rule in module.tables:
            protect(table, stem, rule)
        for rule_added in module.rules:
            contribute(rule_added)
        for kind in module.approvals:
            register(kind)
    return made
