"""The log of suggestions to read: what was drawn, by which chance, and what became of it. Nothing is written here."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import col
from starlette.responses import Response

from core.access import table_of
from core.db import ActorSession
from core.fields import view
from core.i18n import _, pick
from crm.opportunity_verbs import OPPORTUNITY
from crm.suggestions import WHOLE, Suggestion
from crm.weapons import WEAPON, weapons
from web.kit import format as texts
from web.kit.requests import Ask, Routes, address, number_of
from web.kit.shell import page
from web.kit.views import Choice, Crumb, Option

PATH, READ = "/crm/suggestions", "crm.suggestion.read"
# Rows of a page, and how many draws are looked through for those in which a weapon could have been drawn.
SHOWN, LOOKED = 50, 5000
ANSWERS = ("open", "planned", "used", "another", "unsuitable", "overtaken")


@dataclass(frozen=True, kw_only=True)
class Line:
    deal: str
    href: str
    weapon: str
    when: str
    at: str
    chance: str
    answer: str
    why: str
    seller: str
    activity: str


@dataclass(frozen=True, kw_only=True)
class SuggestionsPage:
    title: str
    action: str
    choices: tuple[Choice, ...]
    lines: tuple[Line, ...]
    next: str
    is_narrowed: bool
    look_through: str


def add_routes(made: Routes) -> None:
    made.get(PATH, READ, show)


def show(ask: Ask) -> Response:
    asked = {name: ask.query.get(name, "") for name in ("weapon", "among", "answer", "drawn", "deal")}
    with ask.reading() as session:
        found = session.execute(_rows(session, asked, number_of(ask.query.get("after", "")))).all()
        made = SuggestionsPage(
            title=_("Suggested weapons"), action=PATH, choices=_choices(session, asked),
            lines=tuple(_line(row) for row in found[:SHOWN]), is_narrowed=any(asked.values()),
            next=_next(asked, found[SHOWN - 1].id) if len(found) > SHOWN else "",
            look_through=texts.number(LOOKED) if asked["among"] else "",
        )  # fmt: skip
    crumbs = (Crumb(text=_(OPPORTUNITY.plural), href=OPPORTUNITY.path), Crumb(text=made.title))
    return page(ask, "crm/suggestions.html", made, crumbs)


def _next(asked: dict[str, str], last: int) -> str:
    return address(PATH, [*((name, value) for name, value in asked.items() if value), ("after", str(last))])


# --- what is shown --------------------------------------------------------------------------------------------


def _rows(session: ActorSession, asked: dict[str, str], after: int | None) -> Select[Any]:
    deal, weapon, user = OPPORTUNITY.table, WEAPON.table, table_of("core_user")
    columns: tuple[Any, ...] = (
        col(Suggestion.id), col(Suggestion.opportunity_id), deal.c.name.label("deal"),
        WEAPON.title_in(weapon).label("weapon"), col(Suggestion.drawn_at), col(Suggestion.probability),
        col(Suggestion.answer), col(Suggestion.reason), col(Suggestion.reason_text), user.c.name.label("seller"),
        col(Suggestion.activity_id),
    )  # fmt: skip
    statement = (
        select(*columns)
        .join(deal, deal.c.id == col(Suggestion.opportunity_id))
        .join(weapon, weapon.c.id == col(Suggestion.weapon_id))
        .outerjoin(user, user.c.id == col(Suggestion.seller_id))
        .where(*_narrowed(asked), *([col(Suggestion.id) < after] if after else []))
    )
    if asked["among"]:
        statement = statement.where(col(Suggestion.id).in_(_passed_by(session, asked)))
    return statement.order_by(col(Suggestion.id).desc()).limit(SHOWN + 1)


def _narrowed(asked: dict[str, str]) -> list[Any]:
    deals = OPPORTUNITY.table.alias()
    where: list[Any] = [col(Suggestion.archived_at).is_(None)]
    for name, column in (("weapon", col(Suggestion.weapon_id)), ("deal", col(Suggestion.opportunity_id))):
        if asked[name]:
            where.append(column == (number_of(asked[name]) or 0))
    if asked["answer"] in ANSWERS:
        is_open = asked["answer"] == "open"
        where.append(col(Suggestion.answer).is_(None) if is_open else col(Suggestion.answer) == asked["answer"])
    if asked["drawn"] in ("yes", "no", "decided"):
        chance = col(Suggestion.probability)
        where.append(chance == WHOLE if asked["drawn"] == "no" else chance < WHOLE)
    if asked["drawn"] == "decided":
        decided = select(deals.c.id).where(deals.c.state.in_(("won", "lost")), deals.c.archived_at.is_(None))
        where.append(col(Suggestion.opportunity_id).in_(decided))
    return where


def _passed_by(session: ActorSession, asked: dict[str, str]) -> list[int]:
    """Of the newest draws those in which this weapon could have been drawn, and another one was."""
    weapon = number_of(asked["among"]) or 0
    draws = select(col(Suggestion.id), col(Suggestion.candidates)).where(
        *_narrowed(asked), col(Suggestion.weapon_id) != weapon
    )
    rows = session.execute(draws.order_by(col(Suggestion.id).desc()).limit(LOOKED))
    return [key for key, found in rows if any(c["weapon_id"] == weapon and c["probability"] for c in found)]


def _line(row: Any) -> Line:
    answers, reason = view(Suggestion.answer), view(Suggestion.reason).choice_label(row.reason)
    return Line(
        deal=row.deal, href=f"{OPPORTUNITY.path}/{row.opportunity_id}", weapon=row.weapon,
        when=texts.when(row.drawn_at), at=texts.instant(row.drawn_at),
        chance=texts.percent(row.probability * 10_000 // WHOLE) if row.probability < WHOLE else "",
        answer=answers.choice_label(row.answer) if row.answer else _("Not answered yet"),
        why=row.reason_text or reason, seller=row.seller or "",
        activity=f"/crm/activity/{row.activity_id}" if row.activity_id else "",
    )  # fmt: skip


def _choices(session: ActorSession, asked: dict[str, str]) -> tuple[Choice, ...]:
    named = [(str(each.id), pick(each.name_zh, each.name_en)) for each in weapons(session)]
    answers = [(a, view(Suggestion.answer).choice_label(a) if a != "open" else _("Not answered yet")) for a in ANSWERS]
    chance = [
        ("yes", _("Left to chance")),
        ("decided", _("Left to chance, deal decided")),
        ("no", _("Only one suited")),
    ]
    return (
        _choice("weapon", _("Weapon"), named, asked), _choice("among", _("Could have been drawn"), named, asked),
        _choice("answer", _("What became of it"), answers, asked),
        _choice("drawn", _("How it was chosen"), chance, asked),
    )  # fmt: skip


def _choice(name: str, label: str, found: list[tuple[str, str]], asked: dict[str, str]) -> Choice:
    options = tuple(Option(value=value, text=text, selected=value == asked[name]) for value, text in found)
    return Choice(name=name, label=label, options=options)
