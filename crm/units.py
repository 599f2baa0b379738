"""The carrier's own units: province, city, county branch, grid and team, each covering division codes."""

from typing import Any

from sqlalchemy import inspect, select
from sqlmodel import Session, col

from core.access import reference
from core.db import get
from core.entity import Entity, Section
from core.errors import Invalid
from core.i18n import N_, _
from core.people import Unit
from core.record import PLACES
from crm.divisions import Division


def complete(session: Any, unit: Unit) -> None:
    """Take the parent's ancestors. A parent is of a higher kind, so that no unit is its own ancestor."""
    parent = get(session, Unit, unit.parent_id) if unit.parent_id else None
    if parent is not None and PLACES.index(parent.kind) >= PLACES.index(unit.kind):
        sentence = _("A unit stands under one of a higher kind.")
        raise Invalid(sentence, {"parent_id": sentence})
    unit.stand_under(parent)
    _check_divisions(session, unit)
    if inspect(unit).persistent:
        _move_children(session, unit)


def _check_divisions(session: Session, unit: Unit) -> None:
    known = set(session.scalars(select(col(Division.code)).where(col(Division.code).in_(unit.divisions or []))))
    if strange := sorted(set(unit.divisions or []) - known):
        sentence = _("There is no division with the code {code}.", code=strange[0])
        raise Invalid(sentence, {"divisions": sentence})


def _move_children(session: Session, unit: Unit) -> None:
    for child in session.scalars(select(Unit).where(col(Unit.parent_id) == unit.id)):
        child.stand_under(unit)
        _move_children(session, child)


UNIT = Entity(
    stem="crm.unit",
    model=Unit,
    label=N_("Unit"),
    plural=N_("Units"),
    rule=reference(),
    key=(Unit.code, Unit.name_zh, Unit.name_en),
    columns=(Unit.code, Unit.name_zh, Unit.name_en, Unit.kind, Unit.parent_id),
    form=(
        Section(N_("Unit"), (Unit.code, Unit.name_zh, Unit.name_en, Unit.kind, Unit.parent_id)),
        Section(N_("Area"), (Unit.divisions, Unit.position)),
    ),
    search=(Unit.code, Unit.name_zh, Unit.name_en),
    facets=(Unit.kind, Unit.parent_id),
    order=Unit.code,
    complete=complete,
)
