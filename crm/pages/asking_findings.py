"""What is shown of a request to whoever answers it, and its ceilings on both pages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from core.approvals.rows import Approval
from core.db import ActorSession
from core.i18n import _, pick
from crm.activities import Activity
from crm.asked_facts import Sum, said_of, sums_of
from crm.commitment_verbs import COMMITMENT
from crm.commitments import Commitment, commitments_of
from crm.evidence import EVIDENCE_LABELS
from crm.files import File, files_of
from crm.key_persons import KeyPerson
from crm.playbook.findings import Finding, Refusal
from crm.playbook.weighing import Held, findings, held, people_of
from web.kit import format as texts
from web.kit.rendering import render
from web.kit.requests import address
from web.kit.views.common import Badge, Link, Tone

KINDS = {
    "per_occasion": "A person on one occasion", "per_person_year": "A person in a year",
    "per_client_year": "A client in a year", "per_deal": "A deal",
}  # fmt: skip
STATES: dict[str, tuple[Tone, str]] = {
    "requested": ("warn", "clock"), "approved": ("ok", "circle-check"), "spent": ("brand", "wallet"),
    "closed": ("ok", "receipt"), "released": ("line", "undo-2"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one person is to get, or got. `field` is the name of its input where it is spent."""

    id: int
    name: str
    href: str
    post: str
    is_official: bool
    amount: str
    asked: str
    typed: str
    badge: Badge | None
    href_row: str


@dataclass(frozen=True, kw_only=True)
class Room:
    """One ceiling: its name, of whom, and what is used and left of it."""

    name: str
    what: str
    who: str
    limit: str
    used: str
    own: str
    left: str
    percent: int
    tone: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Said:
    text: str
    tone: str


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """The part of an approval's page. `is_hidden` is for whoever is asked without seeing the client."""

    when: str = ""
    place: str = ""
    purpose: str = ""
    per_head: str = ""
    shares: tuple[Share, ...] = ()
    rooms: tuple[Room, ...] = ()
    said: tuple[Said, ...] = ()
    files: tuple[Link, ...] = ()
    request: str = ""
    is_open: bool = False
    is_hidden: bool = False
    asked_on: str = ""


def draw(session: ActorSession, approval: Approval) -> str:
    return render("crm/asking/weighed.html", page=weighed(session, approval))


def weighed(session: ActorSession, approval: Approval) -> Weighed:
    activity = session.get(Activity, approval.record_id)
    if activity is None:
        return told(session, approval)
    rows = commitments_of(session, activity.id)
    shown, people = held(session, rows), people_of(session, rows)
    is_open = approval.state == "open"
    found = (
        findings(session, activity, [each for each in rows if each.state != "released"], people, shown)
        if is_open
        else ()
    )
    return Weighed(
        when=texts.day(activity.due_on), place=next((each.supplier for each in rows if each.supplier), ""),
        shares=shares(rows, people), rooms=rooms(shown, people), said=said(found), is_open=is_open,
        files=papers(files_of(session, "crm.activity", [activity.id])), request=f"/crm/asking/{activity.id}",
    )  # fmt: skip


def told(session: ActorSession, approval: Approval) -> Weighed:
    """For whoever does not see the client: what the request says, and how its ceilings stand now."""
    facts = approval.facts
    return Weighed(
        is_hidden=True, is_open=approval.state == "open", when=_day(facts.get("on", "")), place=facts.get("place", ""),
        shares=tuple(_told(*each) for each in facts.get("shares", ())), said=said(said_of(facts)),
        rooms=tuple(_sum(each) for each in sums_of(session, facts)), asked_on=texts.when(approval.created_at),
    )  # fmt: skip


def _day(typed: str) -> str:
    return texts.day(date.fromisoformat(typed)) if typed else ""


def _told(name: str, amount: int, is_official: bool) -> Share:
    return Share(
        id=0, name=name or _("somebody"), href="", post="", is_official=is_official, amount=texts.money(amount),
        asked="", typed="", badge=None, href_row="",
    )  # fmt: skip


def _sum(each: Sum) -> Room:
    percent = 100 if each.limit <= 0 else min(100, each.used * 100 // each.limit)
    return Room(
        name=pick(each.name.zh, each.name.en), what=_(KINDS[each.kind]), who=each.who, limit=texts.money(each.limit),
        used=texts.money(each.used), own=texts.money(each.own), left=texts.money(each.left), percent=percent,
        tone=_tone(each.used, each.limit, percent), href="",
    )  # fmt: skip


def _tone(used: int, limit: int, percent: int) -> str:
    return "bad" if used > limit else "warn" if percent >= 80 else ""


def shares(rows: Sequence[Commitment], people: dict[int, KeyPerson]) -> tuple[Share, ...]:
    return tuple(_share(row, people.get(row.person_id)) for row in rows)


def _share(row: Commitment, person: KeyPerson | None) -> Share:
    tone, icon = STATES[row.state]
    return Share(
        id=row.id, name=person.name if person else _("somebody"), post=(person.post or "") if person else "",
        href=f"/crm/key_person/{row.person_id}" if person else "", is_official=row.client_class == "official",
        amount=texts.money(row.amount), typed=COMMITMENT.fields["amount"].write(row.amount),
        asked=texts.money(row.asked) if row.asked is not None and row.asked != row.amount else "",
        badge=Badge(text=COMMITMENT.fields["state"].choice_label(row.state), tone=tone, icon=icon),
        href_row=f"{COMMITMENT.path}/{row.id}",
    )  # fmt: skip


def rooms(shown: Iterable[Held], people: dict[int, KeyPerson]) -> tuple[Room, ...]:
    return tuple(_room(each, people.get(each.person_id or 0)) for each in shown)


def _room(each: Held, person: KeyPerson | None) -> Room:
    return Room(
        name=pick(each.ceiling.name_zh, each.ceiling.name_en), what=_(KINDS[each.kind]),
        who=person.name if person else "", limit=texts.money(each.limit), used=texts.money(each.used),
        own=texts.money(each.own), left=texts.money(each.left), percent=each.percent,
        tone=_tone(each.used, each.limit, each.percent),
        href=address(COMMITMENT.path, [("person", str(each.person_id))]) if each.person_id else "",
    )  # fmt: skip


def said(found: Iterable[Finding]) -> tuple[Said, ...]:
    return tuple(Said(text=each.sentence, tone="bad" if isinstance(each, Refusal) else "warn") for each in found)


def papers(found: Iterable[File]) -> tuple[Link, ...]:
    return tuple(
        Link(text=f"{_(EVIDENCE_LABELS.get(each.evidence or '', each.evidence or 'File'))} · {each.name}",
             href=f"/crm/file/{each.id}", icon="paperclip")
        for each in found
    )  # fmt: skip
