"""What the administrator of a new database does first: units, people, and the first spreadsheet."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import col

from core.access import Actor
from core.db import ActorSession
from core.entity import Entity
from core.i18n import _
from core.people import Unit, User
from core.record import Reference
from core.registry import registry


@dataclass(frozen=True, kw_only=True)
class Step:
    text: str
    help: str
    href: str
    is_done: bool


def first_steps(session: ActorSession) -> tuple[Step, ...]:
    """Nothing once there are units and more than one person."""
    units, people = (
        session.scalar(select(func.count()).select_from(model).where(col(model.archived_at).is_(None))) or 0
        for model in (Unit, User)
    )
    if units and people > 1:
        return ()
    unit, loaded = registry().entity_of_table("core_unit"), _first_import(session.actor)
    steps = (
        Step(text=_("Enter the units"), help=_("The highest one first: units say whose records somebody reaches."),
             href=f"{unit.path}/new" if unit else "", is_done=units > 0),
        Step(text=_("Look at the roles"), help=_("What each may do stands there in words, and can be changed."),
             href="/admin/roles", is_done=False),
        Step(text=_("Enter the people"), help=_("Each with a unit and a role; a one-time link lets them in."),
             href="/admin/users/new", is_done=people > 1),
        Step(text=_("Load your spreadsheets"), href=f"{loaded.path}/import" if loaded else "", is_done=False,
             help=_("Begin with {records}; a file goes in whole or not at all.", records=_(loaded.plural))
             if loaded else ""),
    )  # fmt: skip
    return tuple(step for step in steps if step.href)


def _first_import(actor: Actor) -> Entity | None:
    """Of the lists in the menu that are no configuration, the first that takes a file from the actor."""
    listed = (registry().entity(line.target) for line in registry().menus())
    kinds = (each for each in listed if each is not None and not issubclass(each.model, Reference))
    return next((each for each in kinds if actor.may(each.permission("import"))), None)
