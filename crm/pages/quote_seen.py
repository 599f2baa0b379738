"""What the parts of a quote's page share: the quote, its figures, its checks and its versions, read once."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from core import clock
from core.db import ActorSession
from core.history import may
from crm.quotes.quotes import QUOTE, Quote
from crm.quotes.reading import QuoteView, quote_view
from crm.quotes.standing import Standing, standing

READ, UPDATE = QUOTE.permission("read"), QUOTE.permission("update")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the parts of one page share. `stand` is of a draft: what was issued is past its checks."""

    quote: Quote
    view: QuoteView
    stand: Standing | None
    may_update: bool
    versions: tuple[Quote, ...]

    @property
    def is_draft(self) -> bool:
        return self.quote.state == "draft" and self.quote.archived_at is None

    @property
    def is_over(self) -> bool:
        return self.view.valid_until < clock.today()

    @property
    def is_editable(self) -> bool:
        return self.is_draft and self.may_update

    @property
    def path(self) -> str:
        return f"{QUOTE.path}/{self.quote.id}"

    @property
    def newest(self) -> Quote | None:
        """The version that has replaced this one."""
        newest = self.versions[0] if self.versions else None
        return newest if newest is not None and newest.version_no > self.quote.version_no else None


def seen_of(session: ActorSession, quote: Quote) -> Seen:
    """Read once per session: the panels of one page share it."""
    kept: dict[int, Seen] = session.info.setdefault("crm.quote_seen", {})
    if quote.id not in kept or session.info["writes"]:
        kept[quote.id] = _read(session, quote)
    return kept[quote.id]


def _read(session: ActorSession, quote: Quote) -> Seen:
    return Seen(
        quote=quote, view=quote_view(session, quote.id),
        stand=standing(session, quote) if quote.state == "draft" else None,
        may_update=may(session, QUOTE, quote.id, "update"), versions=_versions(session, quote),
    )  # fmt: skip


def _versions(session: ActorSession, quote: Quote) -> tuple[Quote, ...]:
    same = col(Quote.code) == quote.code, col(Quote.archived_at).is_(None)
    return tuple(session.scalars(select(Quote).where(*same).order_by(col(Quote.version_no).desc()).limit(40)))
