"""Who sees and writes the requests for an approval and the people asked: it follows from the kinds, too."""

from typing import Any

from sqlalchemy import and_, false, or_, select

from core.access import ACCESS, Asker, Level, Me, Predicate, is_me, owned, parents, protect
from core.approvals.kinds import KINDS
from core.approvals.rows import Approval, Seat
from core.record import METADATA

_place = owned()


def requests(ask: Asker, table: Any) -> Predicate:
    """Who asked, who is asked and their superiors see a request, and whoever may read the record that it is about.

    Who asked and who is asked may change it. Nobody asks in another's name, and a request is never removed.
    """
    if ask.level < Level.OWN or ask.verb == "delete":
        return false()
    if ask.verb == "create":
        asks_oneself: Predicate = table.c.owner_id == Me.user_id
        return asks_oneself
    own, is_asked = is_me(ask, table.c.owner_id), table.c.id.in_(_asked(ask))
    if ask.verb == "update":
        return or_(own, is_asked)
    # The place says no more of one's own below SUBTREE, and nothing of them there.
    is_wide = ask.level is Level.SUBTREE and ask.profile.unit_kind is not None
    return or_(is_asked, _place(ask, table), *([own] if is_wide else []), *_about(ask, table))


def _asked(ask: Asker) -> Any:
    seat = METADATA.tables["core_approval_seat"].alias()
    return select(seat.c.approval_id).where(is_me(ask, seat.c.user_id))


def _about(ask: Asker, table: Any) -> list[Predicate]:
    """The entities of the kinds that are registered, each as far as the asker reads its records."""
    tables = {access.stem: name for name, access in ACCESS.items()}
    stems = sorted({kind.entity for kind in KINDS.values()} & tables.keys())
    reads = {stem: ask.at(ask.profile.level(f"{stem}.read")) for stem in stems}
    return [and_(table.c.entity == stem, table.c.record_id.in_(parents(reads[stem], tables[stem]))) for stem in stems]


def seats(ask: Asker, table: Any) -> Predicate:
    """Whoever sees the request sees who is asked. A further person is asked by who asked, or who was asked before.

    A seat lets its person in: it must not be the reason why it may be made.
    """
    if ask.level < Level.OWN or ask.verb == "delete":
        return false()
    if ask.verb != "create":
        is_seen: Predicate = table.c.approval_id.in_(parents(ask, "core_approval"))
        return is_seen
    request, before = METADATA.tables["core_approval"].alias(), METADATA.tables["core_approval_seat"].alias()
    mine = select(request.c.id).where(request.c.owner_id == Me.user_id)
    older = select(before.c.id).where(
        before.c.approval_id == table.c.approval_id, before.c.id < table.c.id, is_me(ask, before.c.user_id)
    )
    return or_(table.c.approval_id.in_(mine), older.exists())


protect(Approval, "core.approval", requests)
protect(Seat, "core.approval_seat", seats)
