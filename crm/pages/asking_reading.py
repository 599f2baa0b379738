"""What was typed into the form of a request, read with a sentence for each field that is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import col

from core import clock
from core.db import ActorSession, get
from core.errors import Conflict, Invalid
from core.fields import KINDS as FIELD_KINDS
from core.i18n import _, pick
from crm.accounts import Account
from crm.activities import Activity
from crm.commitment_requests import needs_asking
from crm.commitments import commitments_of
from crm.key_persons import KeyPerson
from crm.opportunities import Opportunity
from crm.pages.composer import About
from crm.pages.log_reading import about_of
from crm.playbook.locks import CONSENT, REQUEST
from crm.weapons import Weapon, weapons
from web.kit.format import listed
from web.kit.inputs import read_reference
from web.kit.requests import Ask

PAPERS = (REQUEST, CONSENT)
LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody asks for. `activity` is the plan that it belongs to, where there is one."""

    account: Account
    deal: Opportunity | None
    activity: Activity | None
    weapon: Weapon
    persons: tuple[KeyPerson, ...]
    head: int
    on: date
    supplier: str | None
    purpose: str

    @property
    def whole(self) -> int:
        return self.head * len(self.persons)

    @property
    def subject(self) -> str:
        weapon = pick(self.weapon.name_zh, self.weapon.name_en)
        names = listed(person.name for person in self.persons)
        return _("{weapon}: {people}", weapon=weapon, people=names)[:LONGEST]


def about_wish(session: ActorSession, given: Mapping[str, str]) -> About:
    """The records of the address or of the form. A client may be named by what was typed."""
    typed = given.get("account", "")
    found = about_of(session, {**given, "account": typed if typed.isdecimal() else ""})
    if found.account is not None or not typed or typed.isdecimal():
        return found
    try:
        account = session.get(Account, read_reference(session, "crm_account", typed))
    except Invalid:
        return found
    return About(account, found.deal, found.activity, found.person_id)


def like(session: ActorSession, given: Mapping[str, str], about: About) -> dict[str, str]:
    """What the form starts with: the plan's values, or those of a request that is to be asked for once more."""
    start = {name: given[name] for name in ("account", "deal", "person", "weapon", "on", "head") if given.get(name)}
    before = about.activity
    if before is None and given.get("like", "").isdecimal():
        before = get(session, Activity, int(given["like"]))
        start |= {"account": str(before.account_id or ""), "deal": str(before.opportunity_id or "")}
    if before is None:
        return start
    last = commitments_of(session, before.id)
    shares = {
        "persons": ",".join(dict.fromkeys(str(each.person_id) for each in last)),
        "head": FIELD_KINDS["money"].write(last[-1].amount), "supplier": last[-1].supplier or "",
    } if last else {}  # fmt: skip
    plan = {"weapon": str(before.weapon_id or ""), "on": str(before.due_on or ""), "purpose": before.purpose or ""}
    activity = {"activity": str(before.id)} if about.activity else {}
    return {**plan, **shares, **start, **activity}


def read(session: ActorSession, ask: Ask) -> Wish:
    """Raises Invalid with a sentence for each field that is wrong."""
    typed = {name: ask.typed(name).strip() for name in ask.form}
    about, problems = about_wish(session, typed), dict[str, str]()
    account, weapon = about.account, _weapon(session, typed, problems)
    if account is None:
        problems["account"] = _("Which client?")
    persons = _persons(session, typed.get("persons", ""), account)
    if account is not None and not persons:
        problems["persons"] = _("For whom?")
    head, on = _money(typed.get("head", ""), problems), _day(typed.get("on", ""), problems)
    if not typed.get("purpose"):
        problems["purpose"] = _("What is it for? Whoever answers reads it.")
    if problems or account is None or weapon is None or on is None:
        raise Invalid(_("Not asked yet. Please look at these fields; the rest is kept as you typed it."), problems)
    _demand_planned(about.activity)
    return Wish(
        account=account, deal=about.deal, activity=about.activity, weapon=weapon, persons=persons, head=head, on=on,
        supplier=typed.get("supplier", "")[:120] or None, purpose=typed["purpose"][:LONGEST],
    )  # fmt: skip


def _demand_planned(activity: Activity | None) -> None:
    if activity is not None and (activity.state != "planned" or activity.approval not in ("none", "refused")):
        raise Conflict(_("This activity was asked for, or was carried out, meanwhile."))


def askable(session: ActorSession) -> list[Weapon]:
    return [weapon for weapon in weapons(session) if needs_asking(weapon)]


def _weapon(session: ActorSession, typed: Mapping[str, str], problems: dict[str, str]) -> Weapon | None:
    found = next((each for each in askable(session) if str(each.id) == typed.get("weapon")), None)
    if found is None:
        problems["weapon"] = _("What do you ask for?")
    return found


def _persons(session: ActorSession, typed: str, account: Account | None) -> tuple[KeyPerson, ...]:
    ids = [int(part) for part in typed.split(",") if part.isdecimal() and len(part) <= 18]
    if not ids or account is None:
        return ()
    own = select(KeyPerson).where(col(KeyPerson.id).in_(ids), col(KeyPerson.account_id) == account.id)
    return tuple(session.scalars(own.order_by(col(KeyPerson.id))))


def _money(typed: str, problems: dict[str, str]) -> int:
    try:
        found = FIELD_KINDS["money"].read(typed) if typed else None
    except Invalid as error:
        problems["head"] = str(error)
        return 0
    if found is None or found <= 0:
        problems["head"] = _("How much for each person?")
    return found or 0


def _day(typed: str, problems: dict[str, str]) -> date | None:
    try:
        found: date | None = FIELD_KINDS["date"].read(typed) if typed else None
    except Invalid as error:
        problems["on"] = str(error)
        return None
    if found is None:
        problems["on"] = _("For which day?")
    elif found < clock.today():
        problems["on"] = _("Ask before it takes place, not afterwards.")
    return found
