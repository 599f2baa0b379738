"""The next best weapon on a deal's page: what was drawn, for whom, at what cost and why, and what is planned."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as field_of
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from core import clock
from core.db import ActorSession
from core.history import may
from core.i18n import _, pick
from core.module import Panel
from crm.activity_verbs import ACTIVITY
from crm.key_persons import KEY_PERSON, KeyPerson
from crm.opportunities import Opportunity
from crm.opportunity_verbs import OPPORTUNITY
from crm.pages.deal_next_words import evidence, quiet, why
from crm.pages.way_back import add_person
from crm.playbook.deals import Played, played
from crm.playbook.suggesting import is_standing, waits, whom
from crm.playbook.uses import Use
from crm.suggestions import REASON_LABELS, WHOLE
from crm.weapons import Weapon, weapons
from web.kit import format as texts
from web.kit.rendering import render_part
from web.kit.views import Field, Link, Option, field

READ, ANSWER = "crm.suggestion.read", "crm.suggestion.create"
MOST_PLANNED = 4


@dataclass(frozen=True, kw_only=True)
class Told:
    """What comes back from an answer: which form stays `open`, the error, and what was typed; where the focus goes."""

    open: str = ""
    error: str = ""
    typed: Mapping[str, str] = field_of(default_factory=dict)
    problems: Mapping[str, str] = field_of(default_factory=dict)
    is_focused: bool = False


@dataclass(frozen=True, kw_only=True)
class Chance:
    """A candidate of the draw, for whoever asks how it was chosen."""

    name: str
    score: str
    probability: str
    is_drawn: bool


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The suggestion. `base` is where its answers go, `plan` and `refuse` are the fields of two of them."""

    base: str
    name: str
    icon: str
    person: Link | None
    why: str
    cost: str
    evidence: str
    tip: str
    approval: str
    add: str
    chances: tuple[Chance, ...]
    near: str
    plan: tuple[Field, ...]
    refuse: tuple[Field, ...]


@dataclass(frozen=True, kw_only=True)
class Planned:
    name: str
    icon: str
    what: str
    href: str
    log: str
    due: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Barred:
    name: str
    why: str


@dataclass(frozen=True, kw_only=True)
class NextView:
    """`draw` is where the first suggestion is asked for; `quiet` says why there is none."""

    suggestion: Shown | None
    draw: str
    is_more: bool
    quiet: str
    planned: tuple[Planned, ...]
    blocked: tuple[Barred, ...]
    told: Told


def panels() -> tuple[Panel, ...]:
    return (Panel(OPPORTUNITY.stem, draw, READ, place="side", order=5),)


def draw(session: ActorSession, deal: Opportunity) -> str:
    if deal.state != "open" or deal.archived_at is not None:
        return ""
    return part(session, deal)


def part(session: ActorSession, deal: Opportunity, told: Told | None = None) -> Markup:
    return render_part("crm/opportunity/play_next.html", next=view_of(session, deal, told or Told()))


def view_of(session: ActorSession, deal: Opportunity, told: Told) -> NextView:
    seen = played(session, deal)
    standing, waiting = stand(seen)
    names = {weapon.id: weapon for weapon in weapons(session)}
    may_answer = session.actor.may(ANSWER) and may(session, OPPORTUNITY, deal.id, "update")
    suggestion = shown(deal, seen, standing, names, told) if standing is not None else None
    can_draw = may_answer and suggestion is None and seen.step is not None and bool(seen.ranking.hints)
    return NextView(
        suggestion=suggestion if may_answer else None, draw=f"{OPPORTUNITY.path}/{deal.id}/suggest" if can_draw else "",
        is_more=waiting, quiet="" if can_draw or suggestion else quiet(session, deal, seen),
        planned=tuple(planned(use, names) for use in coming(seen.uses)),
        blocked=tuple(
            Barred(name=pick(weapon.name_zh, weapon.name_en), why=refusal.sentence)
            for weapon, refusal in seen.ranking.blocked if seen.step and seen.strengths.in_step(weapon.id, seen.step.id)
        ),
        told=told,
    )  # fmt: skip


def stand(seen: Played) -> tuple[Any, bool]:
    """The open suggestion of this step that may still be shown, and whether an earlier one waits to be carried out."""
    here = [row for row in seen.drawn if seen.step is not None and row.n2 == seen.step.id]
    opened = next((row for row in reversed(here) if row.name is None), None)
    if opened is not None and not is_standing(seen, opened.n1, opened.n2, opened.id):
        opened = None
    return opened, opened is None and waits(seen, [row.n4 for row in here])


# --- the suggestion -------------------------------------------------------------------------------------------


def shown(deal: Opportunity, seen: Played, row: Any, names: Mapping[int, Weapon], told: Told) -> Shown | None:
    hint = seen.ranking.hint(row.n1)
    if hint is None or seen.step is None:
        return None
    weapon = hint.weapon
    person = next((each for each in seen.people if each.id == row.n3), None) or whom(seen, hint)
    return Shown(
        base=f"{OPPORTUNITY.path}/{deal.id}/suggest/{row.id}", name=pick(weapon.name_zh, weapon.name_en),
        icon=weapon.icon or "swords", person=link_to(person), why=why(seen, hint, person),
        cost=pick(weapon.guide_cost_zh or "", weapon.guide_cost_en or ""), evidence=evidence(hint.worth),
        tip=pick(weapon.tip_zh or "", weapon.tip_en or ""),
        approval=_("It takes an approval before it is carried out.") if weapon.needs_approval else "",
        add=add_person(deal, hint.level) if person is None else "",
        chances=chances(row, names), near=near(row), plan=plan_fields(seen, person, told), refuse=refuse_fields(told),
    )  # fmt: skip


def plan_fields(seen: Played, person: KeyPerson | None, told: Told) -> tuple[Field, ...]:
    chosen = told.typed.get("play_person", str(person.id) if person else "")
    options = tuple(Option(value=str(each.id), text=each.name, selected=str(each.id) == chosen) for each in seen.people)
    day = told.typed.get("play_day", first_day(clock.today()).isoformat())
    return (
        field("play_day", _("Day"), "date", day, error=told.problems.get("play_day", "")),
        field("play_person", _("With whom"), "choice", chosen, options=options),
    )


def refuse_fields(told: Told) -> tuple[Field, ...]:
    chosen = told.typed.get("play_reason", "")
    options = tuple(Option(value=code, text=_(label), selected=code == chosen) for code, label in REASON_LABELS.items())
    wrong = {name: told.problems.get(name, "") for name in ("play_reason", "play_text")}
    return (
        field(
            "play_reason", _("Why not"), "choice", chosen, options=options, error=wrong["play_reason"], required=True
        ),
        field(
            "play_text", _("In a few words"), "text", told.typed.get("play_text", ""), max_length=200,
            error=wrong["play_text"],
        ),
    )  # fmt: skip


def link_to(person: KeyPerson | None) -> Link | None:
    if person is None:
        return None
    name = _("{name} ({post})", name=person.name, post=person.post) if person.post else person.name
    return Link(text=name, href=f"{KEY_PERSON.path}/{person.id}")


def first_day(today: date) -> date:
    """The second day from now, or the Monday after a weekend."""
    day = today + timedelta(days=2)
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day


def chances(row: Any, names: Mapping[int, Weapon]) -> tuple[Chance, ...]:
    """As they were when it was drawn. A weapon that was retired since has no name any more."""
    found = json.loads(row.words or "[]")
    return tuple(
        Chance(
            name=pick(names[each["weapon_id"]].name_zh, names[each["weapon_id"]].name_en),
            score=f"{each['score']:g}", probability=texts.percent(each["probability"] * 10_000 // WHOLE),
            is_drawn=each["weapon_id"] == row.n1,
        ) for each in found if each["weapon_id"] in names
    )  # fmt: skip


def near(row: Any) -> str:
    found = [each for each in json.loads(row.words or "[]") if each["probability"]]
    if len(found) < 2:
        return _("Nothing else came near it, so it was not left to chance.")
    return _("{n} weapons were nearly equal; one of them was drawn by the chances below.", n=len(found))


# --- what is planned ------------------------------------------------------------------------------------------


def coming(uses: tuple[Use, ...]) -> list[Use]:
    found = [use for use in uses if not use.is_done]
    return sorted(found, key=lambda use: (use.due_on is None, use.due_on or date.max, use.id))[:MOST_PLANNED]


def planned(use: Use, names: Mapping[int, Weapon]) -> Planned:
    weapon, (due, state) = names.get(use.weapon_id), texts.due(use.due_on)
    return Planned(
        name=pick(weapon.name_zh, weapon.name_en) if weapon else use.subject,
        icon=(weapon.icon if weapon else None) or "swords", what=use.subject, href=f"{ACTIVITY.path}/{use.id}",
        log=f"/crm/log?activity={use.id}", due=due, state=state,
    )  # fmt: skip
