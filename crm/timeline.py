"""What happened with an account or in a deal, and what is planned, in one order: a fixed number of statements."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import String, cast, literal, select, union_all
from sqlmodel import col

from core import clock
from core.db import ActorSession
from core.errors import Invalid
from core.history import history
from core.i18n import _
from core.people import User
from core.titles import titles
from crm.accounts import ACCOUNT
from crm.activity_links import ActivityPerson
from crm.contracts import contracts_of
from crm.deal_parts import parts as of_deal
from crm.files import File
from crm.key_persons import KeyPerson
from crm.notes import Mention
from crm.opportunities import Opportunity
from crm.opportunity_verbs import OPPORTUNITY
from crm.timeline_rows import End, Subject, parts

Kind = Literal["plan", "activity", "note", "move", "contract", "owner"]
LIMIT = 20


@dataclass(frozen=True, kw_only=True)
class Named:
    """A person, a colleague or a file that hangs on something."""

    id: int
    name: str
    size: int = 0


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened, or, as a `plan`, that is to come on `due_on`."""

    kind: Kind
    id: int
    at: datetime | None = None
    on: date | None = None
    due_on: date | None = None
    who: str = ""
    what: str = ""
    more: str = ""
    state: str = ""
    mode: str = ""
    icon: str = ""
    weapon: str = ""
    deal_id: int | None = None
    deal: str = ""
    before: str = ""
    after: str = ""
    author_id: int | None = None
    persons: tuple[Named, ...] = ()
    mentions: tuple[Named, ...] = ()
    files: tuple[Named, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """`earlier` is where the next page begins, empty at the end; plans stand on the first page only."""

    plans: tuple[Event, ...]
    events: tuple[Event, ...]
    earlier: str = ""


def timeline(
    session: ActorSession, *, account_id: int | None = None, deal_id: int | None = None, before: str = "",
    limit: int = LIMIT,
) -> Timeline:  # fmt: skip
    """The newest first; `before` is the `earlier` of the page before. Four statements, one more if owners changed."""
    subject = Subject(account_id, deal_id)
    end = end_of(before)
    rows = session.execute(union_all(*(select(part) for part in parts(subject, end, limit + 1)))).mappings().all()
    plans = [row for row in rows if row["kind"] == "plan"]
    happened = [_event(row) for row in rows if row["kind"] != "plan"]
    happened += [*_contracts(session, subject, end), *_owners(session, subject, end)]
    happened = sorted(happened, key=_place, reverse=True)
    shown = happened[:limit]
    hanging = _hanging(session, [*plans, *(event.__dict__ for event in shown)])
    return Timeline(
        plans=tuple(_with(_event(row), hanging) for row in sorted(plans, key=lambda row: row["due_on"] or date.max)),
        events=tuple(_with(event, hanging) for event in shown),
        earlier=mark_of(shown[-1]) if len(happened) > limit else "",
    )


def _place(event: Event) -> tuple[datetime, int]:
    assert event.at is not None
    return event.at, event.id


# --- pages ----------------------------------------------------------------------------------------------------


def mark_of(event: Event) -> str:
    return f"{event.at.isoformat() if event.at else ''}~{event.id}"


def end_of(text: str) -> End:
    """Raises Invalid for what is no such place."""
    if not text:
        return None
    at, _sign, key = text.replace(" ", "+").partition("~")
    found = _instant(at)
    if found is None or not key.isdecimal() or len(key) > 18:
        raise Invalid(_("This address does not belong to a list. Open the list again."))
    return found, int(key)


def _instant(text: str) -> datetime | None:
    """Every zone but one's own lacks some hours of the calendar's first or last day."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _event(row: Any) -> Event:
    return Event(**{name: value for name, value in row.items() if value is not None})


class Signed(NamedTuple):
    id: int
    name: str
    supplier: str
    signed_on: date | None


def _contracts(session: ActorSession, subject: Subject, end: End) -> Iterable[Event]:
    """Signed contracts of ours. They have a day, not an instant: they stand at its beginning."""
    for contract in _contracts_of(session, subject):
        if contract.signed_on is None or contract.supplier != "ours":
            continue
        at = _start_of(contract.signed_on)
        if end is None or (at, contract.id) < end:
            yield Event(
                kind="contract", id=contract.id, at=at, on=contract.signed_on, what=contract.name, icon="file-signature"
            )


def _contracts_of(session: ActorSession, subject: Subject) -> Iterable[Signed]:
    if subject.account_id is not None:
        found = (contract for contract, _product, _rival in contracts_of(session, subject.account_id))
        return [Signed(each.id, each.name, each.supplier, each.signed_on) for each in found]
    deal = session.get(Opportunity, subject.deal_id)
    return [Signed(row.id, row.name, row.sub, row.d1) for row in of_deal(session, deal)["contract"]] if deal else []


def _owners(session: ActorSession, subject: Subject, end: End) -> list[Event]:
    """Changes of the owner, from the journal of the record itself."""
    entity, key = (OPPORTUNITY, subject.deal_id) if subject.deal_id is not None else (ACCOUNT, subject.account_id)
    changes = [
        change
        for change in history(session, entity, key or 0)
        if change.fields.get("owner_id", [None])[0] and (end is None or (change.at, change.id) < end)
    ]
    ids = {value for change in changes for value in change.fields["owner_id"] if isinstance(value, int)}
    names = titles(session, {"core_user": ids}) if ids else {}
    return [
        Event(
            kind="owner", id=change.id, at=change.at, who=change.actor,
            before=names.get(("core_user", int(str(change.fields["owner_id"][0]))), ""),
            after=names.get(("core_user", int(str(change.fields["owner_id"][1] or 0))), ""),
        ) for change in changes
    ]  # fmt: skip


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.zone())


# --- what hangs on it -----------------------------------------------------------------------------------------


def _hanging(session: ActorSession, rows: Iterable[Any]) -> dict[tuple[str, int], list[tuple[str, Named]]]:
    """People met, people mentioned and files, of all events, in one statement."""
    found = list(rows)
    activities = [row["id"] for row in found if row["kind"] in ("plan", "activity")]
    notes = [row["id"] for row in found if row["kind"] == "note"]
    hung = [
        select(literal("person"), literal("activity"), col(ActivityPerson.activity_id), col(KeyPerson.id),
               cast(col(KeyPerson.name), String), literal(0))
        .join(KeyPerson, col(KeyPerson.id) == col(ActivityPerson.person_id))
        .where(col(ActivityPerson.activity_id).in_(activities), col(ActivityPerson.archived_at).is_(None)),
        select(literal("mention"), literal("note"), col(Mention.note_id), col(User.id), cast(col(User.name), String),
               literal(0))
        .join(User, col(User.id) == col(Mention.user_id))
        .where(col(Mention.note_id).in_(notes), col(Mention.archived_at).is_(None)),
        *(
            select(literal("file"), literal(kind), col(File.record_id), col(File.id), cast(col(File.name), String),
                   col(File.size))
            .where(col(File.entity) == stem, col(File.record_id).in_(ids), col(File.archived_at).is_(None))
            for kind, stem, ids in (("activity", "crm.activity", activities), ("note", "crm.note", notes))
        ),
    ]  # fmt: skip
    hanging: dict[tuple[str, int], list[tuple[str, Named]]] = {}
    for what, kind, owner, key, name, size in session.execute(union_all(*hung)) if found else ():
        hanging.setdefault((kind, owner), []).append((what, Named(id=key, name=name, size=size)))
    return hanging


def _with(event: Event, hanging: dict[tuple[str, int], list[tuple[str, Named]]]) -> Event:
    own = hanging.get(("note" if event.kind == "note" else "activity", event.id), []) if event.kind in (
        "plan", "activity", "note",
    ) else []  # fmt: skip
    by = {what: tuple(named for each, named in own if each == what) for what in ("person", "mention", "file")}
    return replace(event, persons=by["person"], mentions=by["mention"], files=by["file"])
