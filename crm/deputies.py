"""Deputies: who acts for somebody who is away, and from when to when."""

from typing import Any

from core.entity import Entity, Section
from core.errors import Invalid
from core.i18n import N_, _
from core.people import Deputy, User
from crm.rules import deputies


def complete(session: Any, deputy: Deputy) -> None:
    problems = {}
    if not _stands_in(session, deputy.deputy_id):
        problems["deputy_id"] = _("Choose a colleague who can sign in.")
    if deputy.ends_on < deputy.starts_on:
        problems["ends_on"] = _("The end is before the start.")
    if deputy.absent_id == deputy.deputy_id:
        problems["deputy_id"] = _("Nobody is their own deputy.")
    if problems:
        raise Invalid(next(iter(problems.values())), problems)


def _stands_in(session: Any, user_id: int) -> bool:
    """Somebody of the house: people of firms see nothing but what was handed over, whomever they stood in for."""
    user = session.get(User, user_id)
    return user is None or (user.firm_id is None and user.is_active and user.archived_at is None)


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
