"""Deputies: who acts for somebody who is away, and from when to when."""

from typing import Any

from core.entity import Entity, Section
from core.errors import Invalid
from core.i18n import N_, _
from core.people import Deputy
from crm.rules import deputies


def complete(_session: Any, deputy: Deputy) -> None:
    problems = {}
    if deputy.ends_on < deputy.starts_on:
        problems["ends_on"] = _("The end is before the start.")
    if deputy.absent_id == deputy.deputy_id:
        problems["deputy_id"] = _("Nobody is their own deputy.")
    if problems:
        raise Invalid(next(iter(problems.values())), problems)


DEPUTY = Entity(
    stem="crm.deputy",
    model=Deputy,
    label=N_("Deputy"),
    plural=N_("Deputies"),
    rule=deputies,
    key=(Deputy.absent_id, Deputy.deputy_id, Deputy.starts_on),
    title=Deputy.starts_on,
    columns=(Deputy.absent_id, Deputy.deputy_id, Deputy.starts_on, Deputy.ends_on),
    form=(Section(N_("Deputy"), (Deputy.absent_id, Deputy.deputy_id, Deputy.starts_on, Deputy.ends_on)),),
    facets=(Deputy.absent_id, Deputy.deputy_id),
    order=Deputy.starts_on,
    complete=complete,
)
