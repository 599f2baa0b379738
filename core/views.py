"""Saved views: a list as somebody narrowed it, under a name of their own. They are private."""

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import BigInteger, FromClause, Index, select
from sqlmodel import Field, col

from core.access import Asker, Me, Predicate, protect
from core.db import ActorSession
from core.errors import Invalid
from core.i18n import _
from core.record import Record

LONGEST_NAME = 40
LONGEST_QUERY = 2000
MOST = 20
Pairs = Sequence[tuple[str, str]]


class SavedView(Record, table=True):
    """`entity` is the stem of what is listed; `query` is the query of the list's address."""

    __tablename__ = "core_view"
    __table_args__ = (Index("ix_core_view_user", "user_id", "entity", "id"),)
    user_id: int = Field(foreign_key="core_user.id", sa_type=BigInteger)
    entity: str = Field(max_length=60)
    name: str = Field(max_length=LONGEST_NAME)
    query: str = Field(max_length=LONGEST_QUERY)

    def pairs(self) -> list[tuple[str, str]]:
        return parse_qsl(self.query)


def _own(_ask: Asker, table: FromClause) -> Predicate:
    """Whatever the level; whoever stands in for somebody keeps to their own."""
    return table.c.user_id == Me.user_id


protect(SavedView, "core.view", _own)


def views_of(session: ActorSession, entity: str) -> list[SavedView]:
    """One's own, the oldest first. Whoever stands in for somebody keeps to their own."""
    own = select(SavedView).where(
        col(SavedView.user_id) == session.actor.user_id,
        col(SavedView.entity) == entity,
        col(SavedView.archived_at).is_(None),
    )
    return list(session.scalars(own.order_by(col(SavedView.id)).limit(MOST)))


def save_view(session: ActorSession, entity: str, *, name: str, pairs: Pairs) -> SavedView:
    """Raises Invalid without a name, or where there are too many."""
    if len(views_of(session, entity)) >= MOST:
        raise Invalid(_("At most {n} views. Remove one that you no longer use.", n=MOST))
    assert session.actor.user_id is not None
    view = SavedView(user_id=session.actor.user_id, entity=entity, name=checked_name(name), query=written(pairs))
    session.add(view)
    return view


def checked_name(typed: str) -> str:
    name = " ".join(typed.split())
    if not name:
        raise Invalid(_("Please give the view a name."), {"name": _("Please give the view a name.")})
    if len(name) > LONGEST_NAME:
        sentence = _("At most {n} characters, please.", n=LONGEST_NAME)
        raise Invalid(sentence, {"name": sentence})
    return name


def written(pairs: Pairs) -> str:
    query = urlencode(list(pairs))
    if len(query) > LONGEST_QUERY:
        raise Invalid(_("These conditions are too long to be kept as a view."))
    return query
