"""Clients to tick for an activity: found by words, grade and trade, without those that belong to it already."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from core.db import ActorSession
from core.fields import view
from core.lists import Query, page
from crm.accounts import ACCOUNT, Account
from crm.activities import Activity
from crm.activity_links import accounts_of
from web.kit.inputs import input_for, offer_for
from web.kit.requests import Ask, number_of
from web.kit.views import Field, Option

NARROWED = ("grade_id", "trade_id")
SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class Picks:
    """`found` is empty where nothing was looked for; `is_more` says that the filter finds more than are shown."""

    words: str
    filters: tuple[Field, ...]
    found: tuple[Option, ...] = ()
    is_asked: bool = False
    is_more: bool = False


def picks_of(session: ActorSession, activity: Activity, ask: Ask) -> Picks:
    words = ask.query.get("words", "").strip()
    asked = {name: value for name in NARROWED if (value := ask.query.get(name, "")) and number_of(value)}
    views = [view(getattr(Account, name)) for name in NARROWED]
    offer = offer_for(session, views, asked)
    filters = tuple(input_for(each, asked.get(each.name, ""), offer, required=False) for each in views)
    if not words and not asked:
        return Picks(words=words, filters=filters)
    there = set(accounts_of(session, activity))
    query = Query(words=words, filters={n.removesuffix("_id"): (v,) for n, v in asked.items()}, limit=SHOWN)
    shown = page(session, ACCOUNT, query, (view(Account.name),))
    found = tuple(Option(value=str(row.id), text=row.name) for row in shown.rows if row.id not in there)
    return Picks(words=words, filters=filters, found=found, is_asked=True, is_more=shown.next_after is not None)


def picked(session: ActorSession, ask: Ask) -> tuple[int, ...]:
    """The ticked ones that the reader sees."""
    ids = {found for value in ask.form.getlist("pick") if isinstance(value, str) and (found := number_of(value))}
    own = select(col(Account.id)).where(col(Account.id).in_(ids), col(Account.archived_at).is_(None))
    return tuple(session.scalars(own.order_by(col(Account.id)).limit(SHOWN))) if ids else ()
