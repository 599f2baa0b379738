"""What was typed into a composer, read with a sentence for each field that is wrong."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from core import clock
from core.db import ActorSession, get
from core.errors import Invalid
from core.fields import KINDS as FIELD_KINDS
from core.i18n import _
from crm.accounts import Account
from crm.activities import Activity
from crm.key_persons import KeyPerson
from crm.logbook import KINDS, WEAPONS, Entry
from crm.opportunities import Opportunity
from crm.pages.composer import About
from crm.pages.notes import mentioned
from crm.weapons import weapon_by_code
from web.kit.inputs import read_reference
from web.kit.requests import Ask

MOST_COLLEAGUES = 30


def about_of(session: ActorSession, given: Mapping[str, str]) -> About:
    """The records of the address. Raises NotFound where one is hidden."""
    activity = named(session, Activity, given.get("activity", ""))
    person = named(session, KeyPerson, given.get("person", ""))
    deal = named(session, Opportunity, given.get("deal", "")) or _below(
        session, Opportunity, activity, "opportunity_id"
    )
    account = named(session, Account, given.get("account", ""))
    for child in (activity, person, deal):
        account = account or _below(session, Account, child, "account_id")
    return About(account, deal, activity, person.id if person else None)


def named(session: ActorSession, model: Any, typed: str) -> Any:
    if not typed.isdecimal() or len(typed) > 18:
        return None
    return get(session, model, int(typed))


def _below(session: ActorSession, model: Any, child: Any, column: str) -> Any:
    """What a visible record names may itself be hidden; then the form goes without it."""
    key = getattr(child, column) if child is not None else None
    return session.get(model, key) if key else None


def read(session: ActorSession, ask: Ask) -> Entry:
    """What was typed. Raises Invalid with a sentence for each field that is wrong."""
    typed = {name: ask.typed(name).strip() for name in ask.form}
    problems: dict[str, str] = {}
    kind = next((each for each in KINDS if each == typed.get("kind")), KINDS[0])
    about = about_of(session, {name: typed.get(name, "") for name in ("deal", "activity")})
    account = about.account or _account(session, typed.get("account", ""), problems, is_needed=about.deal is None)
    days = {name: _day(typed.get(name, ""), name, problems) for name in ("done_on", "due_on", "next_step_on")}
    days["next_step_on"] = days["next_step_on"] or _day(typed.get("next_in", ""), "next_step_on", problems)
    if not typed.get("text"):
        problems["text"] = _("Please write a few words.")
    if kind == "plan" and not typed.get("due_on"):
        problems["due_on"] = _("For which day?")
    if kind in ("call", "visit") and days["done_on"] and days["done_on"] > clock.today():
        problems["done_on"] = _("This day is still to come. Plan it instead.")
    mentions = _mentions(session, typed.get("mention", ""), typed.get("text", ""), problems) if kind == "note" else []
    is_talk = kind in ("call", "visit")
    cost = _cost(typed.get("cost", ""), problems) if is_talk else None
    ours = _ours(session, typed.get("ours", ""), problems) if kind != "note" else ()
    if problems:
        raise Invalid(_("Not saved yet. Please look at these fields; the rest is kept as you typed it."), problems)
    return Entry(
        kind=kind, text=typed["text"].replace("\r\n", "\n"), account=account, deal=about.deal, activity=about.activity,
        persons=_persons(session, typed.get("persons", ""), account) if kind != "note" else (),
        mentions=tuple(mentions), weapon_id=_weapon(session, typed, kind),
        done_on=days["done_on"] or clock.today() if is_talk else None,
        due_on=days["due_on"] if kind == "plan" else None, next_step=typed.get("next_step") if is_talk else None,
        next_step_on=days["next_step_on"] if is_talk else None, cost=cost, ours=ours,
    )  # fmt: skip


def _account(session: ActorSession, typed: str, problems: dict[str, str], *, is_needed: bool) -> Account | None:
    if not typed:
        if is_needed:
            problems["account"] = _("Which client?")
        return None
    try:
        return get(session, Account, read_reference(session, "crm_account", typed))
    except Invalid as error:
        problems["account"] = str(error)
        return None


def _day(typed: str, name: str, problems: dict[str, str]) -> date | None:
    try:
        return FIELD_KINDS["date"].read(typed) if typed else None
    except Invalid as error:
        problems[name] = str(error)
        return None


def _cost(typed: str, problems: dict[str, str]) -> int | None:
    try:
        cost: int | None = FIELD_KINDS["money"].read(typed) if typed else None
    except Invalid as error:
        problems["cost"] = str(error)
        return None
    if cost is not None and cost < 0:
        problems["cost"] = _("Not below {low}, please.", low=0)
    return cost


def _ours(session: ActorSession, typed: str, problems: dict[str, str]) -> tuple[int, ...]:
    """Colleagues by name, separated by commas."""
    names = [name.strip() for name in re.split(r"[,，、;；]", typed) if name.strip()]
    try:
        return tuple(dict.fromkeys(read_reference(session, "core_user", name) for name in names[:MOST_COLLEAGUES]))
    except Invalid as error:
        problems["ours"] = str(error)
        return ()


def _mentions(session: ActorSession, typed: str, text: str, problems: dict[str, str]) -> list[int]:
    """The colleague who was chosen, and those who are named in the text by `@` and their user name."""
    found = mentioned(session, text)
    try:
        return [*found, read_reference(session, "core_user", typed)] if typed else found
    except Invalid as error:
        problems["mention"] = str(error)
        return found


def _persons(session: ActorSession, typed: str, account: Account | None) -> tuple[int, ...]:
    """Only people of this client whom the actor sees."""
    ids = [int(part) for part in typed.split(",") if part.isdecimal() and len(part) <= 18]
    if not ids or account is None:
        return ()
    own = select(col(KeyPerson.id)).where(col(KeyPerson.id).in_(ids), col(KeyPerson.account_id) == account.id)
    return tuple(session.scalars(own.order_by(col(KeyPerson.id))))


def _weapon(session: ActorSession, typed: Mapping[str, str], kind: str) -> int | None:
    """What was chosen; the preset of another mode, left as it was, gives way to this mode's own."""
    chosen = typed.get("weapon", "")
    if not typed.get("activity") and chosen == typed.get("preset", ""):
        preset = weapon_by_code(session, WEAPONS.get(kind))
        return preset.id if preset else None
    return read_reference(session, "crm_weapon", chosen) if chosen else None
