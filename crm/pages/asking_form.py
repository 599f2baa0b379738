"""The form of a request: whom, what, how much a head, when, where and why, with the locks and ceilings that hold."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from core import clock
from core.db import ActorSession
from core.i18n import _, pick
from core.record import PLACE_COLUMNS
from crm.ceilings import ceilings
from crm.key_persons import KeyPerson, people_of
from crm.pages.asking_reading import askable
from crm.pages.composer import About
from crm.playbook.limits import limits
from crm.playbook.locks import CONSENT, REQUEST, Situation, tender_lock
from crm.playbook.reading import situation_of
from crm.weapons import Weapon
from web.kit import format as texts
from web.kit.views import Field, Option, field
from web.kit.views.common import Link

# What a rule names is typed into another field of the form.
NAMED = {"person_id": "persons", "amount": "head", "activity_id": "weapon", "occurs_on": "on", "reason": "purpose"}
CEILING_COLUMNS = ("per_occasion", "per_person_year", "per_client_year", "per_deal")


@dataclass(frozen=True, kw_only=True)
class Room:
    """The ceilings of one weapon towards anybody, as money; empty where there is none."""

    weapon: str
    amounts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AskForm:
    title: str
    about: tuple[Link, ...]
    hidden: tuple[tuple[str, str], ...]
    fields: Mapping[str, Field]
    rooms: tuple[Room, ...]
    cancel: str
    has_client: bool
    add_person: str = ""
    error: str = ""


def form_of(session: ActorSession, about: About, typed: Mapping[str, str], *, problems: Mapping[str, str]) -> AskForm:
    known = askable(session)
    situation = situation_of(session, about.account.id) if about.account else Situation()
    people = people_of(session, about.account.id) if about.account else ()
    wrong = {NAMED.get(name, name): text for name, text in problems.items()}
    made = (
        field("account", _("Client"), "reference", typed.get("account", ""), suggest="/crm/account/choices",
              required=True),
        field("weapon", _("What is asked for"), "radio", required=True,
              options=_weapons(known, situation, typed.get("weapon", ""))),
        field("persons", _("For whom"), "multi", required=True, options=_people(people, about, typed)),
        field("head", _("Amount for each person"), "money", typed.get("head", ""), required=True,
              unit=texts.symbol(), help=_("All-in: what the person gets is worth, or costs us.")),
        field("on", _("Day"), "date", typed.get("on", ""), required=True),
        field("supplier", _("Place or supplier"), "text", typed.get("supplier", ""), max_length=120),
        field("purpose", _("Purpose"), "longtext", typed.get("purpose", ""), required=True, max_length=200,
              help=_("What it is for, in a sentence. Whoever answers reads it.")),
        field(REQUEST, _("Written request of the tender side"), "file",
              help=_("Needed for a visit while a tender is open.")),
        field(CONSENT, _("Consent of the official’s unit"), "file",
              help=_("Needed where a guest is a public official.")),
    )  # fmt: skip
    links = _links(about)
    return AskForm(
        title=_("Ask for a gift, activity or trip"), about=links, rooms=_rooms(session, known),
        hidden=(*_hidden(about), ("key", typed.get("key") or secrets.token_urlsafe(12))),
        fields={each.name: replace(each, error=wrong.get(each.name, "")) for each in made},
        cancel=links[-1].href if links else "/", has_client=about.account is not None,
        add_person=f"/crm/key_person/new?account={about.account.id}" if about.account and not people else "",
    )  # fmt: skip


def _hidden(about: About) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in about.hidden() if name != "account" or about.account is not None)


def _links(about: About) -> tuple[Link, ...]:
    found = [(about.account, "/crm/account", "building-2"), (about.deal, "/crm/opportunity", "handshake")]
    made = [Link(text=each.name, href=f"{path}/{each.id}", icon=icon) for each, path, icon in found if each]
    if about.activity:
        path = f"/crm/activity/{about.activity.id}"
        made.append(Link(text=about.activity.subject, href=path, icon="calendar-check"))
    return tuple(made)


def _weapons(known: Iterable[Weapon], situation: Situation, chosen: str) -> tuple[Option, ...]:
    """With the lock of today, where one holds, else with the rule that goes with it."""
    made = []
    for each in known:
        lock = tender_lock(each, situation, clock.today())
        rule = lock.sentence if lock else pick(each.rule_zh or "", each.rule_en or "")
        made.append(
            Option(
                value=str(each.id), text=pick(each.name_zh, each.name_en), selected=str(each.id) == chosen, help=rule
            )
        )
    return tuple(made)


def _people(people: Iterable[KeyPerson], about: About, typed: Mapping[str, str]) -> tuple[Option, ...]:
    ticked = set(typed.get("persons", str(about.person_id or "")).split(","))
    return tuple(
        Option(value=str(each.id), text=each.name, help=_post(each), selected=str(each.id) in ticked) for each in people
    )


def _post(person: KeyPerson) -> str:
    return texts.listed(
        [part for part in (person.post or "", _("public official") if person.is_official else "") if part]
    )


def _rooms(session: ActorSession, known: Iterable[Weapon]) -> tuple[Room, ...]:
    """The ceilings in force today where whoever asks works."""
    place = session.actor.place
    units = [place.get(name) for name in PLACE_COLUMNS]
    made = []
    for each in known:
        held = limits(ceilings(session), compliance=each.compliance, is_official=False, units=units, on=clock.today())
        amounts = tuple(texts.money(held[name].amount) if name in held else "" for name in CEILING_COLUMNS)
        if any(amounts):
            made.append(Room(weapon=pick(each.name_zh, each.name_en), amounts=amounts))
    return tuple(made)
