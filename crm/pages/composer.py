"""The composer: one form for a note, a call, a visit or a plan, over a timeline and on the page made for the thumb."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core import clock
from core.db import ActorSession
from core.fields import view
from core.i18n import _, pick
from crm.accounts import Account
from crm.activities import Activity
from crm.evidence import EVIDENCE
from crm.files import File
from crm.key_persons import people_of
from crm.logbook import KINDS, WEAPONS, Kind
from crm.opportunities import Opportunity
from crm.weapons import weapon_by_code, weapons
from web.kit import format as texts
from web.kit.views import Field, Option, field
from web.kit.views.common import Link

ICONS = {"note": "message-square", "call": "phone", "visit": "footprints", "plan": "calendar-plus"}


@dataclass(frozen=True)
class About:
    """What the form is about. Without an account and a deal the form asks for the client."""

    account: Account | None = None
    deal: Opportunity | None = None
    activity: Activity | None = None
    person_id: int | None = None

    @property
    def name(self) -> str:
        return "-".join(f"{kind}-{each.id}" for kind, each in self._parts() if each is not None) or "new"

    def hidden(self) -> tuple[tuple[str, str], ...]:
        return tuple((kind, str(each.id)) for kind, each in self._parts() if each is not None)

    def _parts(self) -> tuple[tuple[str, Any], ...]:
        return ("account", self.account), ("deal", self.deal), ("activity", self.activity)


@dataclass(frozen=True, kw_only=True)
class Mode:
    kind: Kind
    text: str
    icon: str
    weapon: str = ""
    is_chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class Composer:
    """`is_page` is the form on a page of its own. `fields` are by name, each with its value and its error."""

    about: About
    modes: tuple[Mode, ...]
    hidden: tuple[tuple[str, str], ...]
    fields: Mapping[str, Field]
    draft: str
    error: str = ""
    days: tuple[Option, ...] = ()
    is_page: bool = False
    has_persons: bool = False

    @property
    def kind(self) -> str:
        return next(mode.kind for mode in self.modes if mode.is_chosen)


def composer_of(
    session: ActorSession, about: About, *, kind: str = "", typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None, error: str = "", back: str = "", is_page: bool = False,
) -> Composer:  # fmt: skip
    """The form as it is offered, or as it was typed with what is wrong. People and weapons: a statement each."""
    typed, problems = typed or {}, problems or {}
    offered = kinds_for(session, about)
    chosen = kind if kind in offered else offered[0]
    preset = _preset(session, chosen, about)
    values = {"weapon": preset, "done_on": clock.today().isoformat(), **typed}
    people = _persons(session, about, values)
    made = (
        *([] if about.account or about.deal else [_client(values)]),
        field("text", _("What came of it"), "longtext", values.get("text", ""), required=True, max_length=4000),
        people,
        field("weapon", _("Weapon"), "choice", values["weapon"], options=_weapons(session, values["weapon"])),
        field("cost", _("Cost, all-in"), "money", values.get("cost", ""), unit=texts.symbol()),
        field(
            "ours",
            _("Colleagues who took part"),
            "reference",
            values.get("ours", ""),
            suggest="/crm/user/choices",
            help=_("Separate several by commas."),
        ),
        field("evidence", _("What the file proves"), "choice", options=_proofs(values.get("evidence", ""))),
        field("done_on", _("Day"), "date", values["done_on"]),
        field("due_on", _("Due on"), "date", values.get("due_on", ""), required=True),
        field("next_step", _("Next step"), "text", values.get("next_step", ""), max_length=200),
        field("next_step_on", _("Next step on"), "date", values.get("next_step_on", "")),
        field("mention", _("Mention a colleague"), "reference", values.get("mention", ""), suggest="/crm/user/choices"),
        field("file", _("Attachment"), "file"),
    )
    return Composer(
        about=about,
        modes=tuple(
            Mode(kind=each, text=_label(each), icon=ICONS[each], weapon=_preset(session, each, about),
                 is_chosen=each == chosen)
            for each in offered
        ),
        hidden=(
            *about.hidden(), ("key", typed.get("key") or secrets.token_urlsafe(12)), ("preset", preset),
            *((("back", back),) if back else ()), *((("is_page", "1"),) if is_page else ()),
        ),
        fields={each.name: _wrong(each, problems) for each in made},
        draft=f"log-{about.name}", error=error, days=quick_days(values.get("next_in", "")), is_page=is_page,
        has_persons=bool(people.options),
    )  # fmt: skip


def kinds_for(session: ActorSession, about: About) -> tuple[Kind, ...]:
    """A plan that is carried out is a call or a visit already; a note takes the right to write one."""
    if about.activity is not None:
        return ("call",) if about.activity.kind == "call" else ("visit",)
    return KINDS if session.actor.may("crm.note.create") else KINDS[1:]


def _label(kind: Kind) -> str:
    return {"note": _("Note"), "call": _("Call"), "visit": _("Visit"), "plan": _("Plan")}[kind]


def _preset(session: ActorSession, kind: str, about: About) -> str:
    if about.activity is not None and about.activity.weapon_id:
        return str(about.activity.weapon_id)
    weapon = weapon_by_code(session, WEAPONS.get(kind))
    return str(weapon.id) if weapon else ""


def _client(values: Mapping[str, str]) -> Field:
    return field(
        "account", _("Client"), "reference", values.get("account", ""), suggest="/crm/account/choices", required=True
    )


def _persons(session: ActorSession, about: About, values: Mapping[str, str]) -> Field:
    account_id = about.account.id if about.account else about.deal.account_id if about.deal else None
    people = people_of(session, account_id) if account_id else ()
    ticked = {part for part in values.get("persons", str(about.person_id or "")).split(",") if part}
    options = tuple(
        Option(value=str(each.id), text=each.name, help=each.post or "", selected=str(each.id) in ticked)
        for each in people
    )
    return field("persons", _("With whom"), "multi", options=options)


def _weapons(session: ActorSession, chosen: str) -> tuple[Option, ...]:
    return tuple(
        Option(value=str(each.id), text=pick(each.name_zh, each.name_en), selected=str(each.id) == chosen)
        for each in weapons(session)
    )


def _proofs(chosen: str) -> tuple[Option, ...]:
    kind = view(File.evidence)
    return tuple(Option(value=code, text=kind.choice_label(code), selected=code == chosen) for code in EVIDENCE)


def _wrong(made: Field, problems: Mapping[str, str]) -> Field:
    from dataclasses import replace

    return replace(made, error=problems[made.name]) if made.name in problems else made


def quick_days(chosen: str = "") -> tuple[Option, ...]:
    """Days that a next step is often put on."""
    today = clock.today()
    monday = today + timedelta(days=7 - today.weekday())
    return tuple(
        Option(value=day.isoformat(), text=text, selected=day.isoformat() == chosen)
        for day, text in (
            (today + timedelta(days=1), _("Tomorrow")), (today + timedelta(days=3), _("In 3 days")),
            (monday, _("Next Monday")),
        )
    )  # fmt: skip


def recent_links(session: ActorSession, kind: str, rows: list[tuple[int, str]]) -> tuple[Link, ...]:
    """Clients that one was with last, as links that fill in the form."""
    return tuple(Link(text=name, href=f"/crm/log?kind={kind}&account={key}") for key, name in rows)
