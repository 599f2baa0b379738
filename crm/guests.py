"""Many clients and people added to one activity in one act, read from a list of lines, and taken out again together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import col

from core import clock
from core.bulk import create_ties
from core.db import ActorSession
from core.errors import Invalid
from core.i18n import _
from core.ids import new_ids
from crm.accounts import Account
from crm.activities import Activity
from crm.activity_links import ActivityAccount, ActivityPerson, accounts_of, persons_of
from crm.key_persons import KeyPerson
from crm.use_facts import demand_shares

MOST_LINES = 400
# Between a client and a person on one line.
MARKS = ("\t", "|", "，", ",", "/")


@dataclass(frozen=True)
class Guests:
    """Clients and people by id; `unknown` are the lines that name none, or more than one, of the reader's."""

    accounts: tuple[int, ...] = ()
    people: tuple[KeyPerson, ...] = ()
    unknown: tuple[str, ...] = ()
    names: dict[int, str] = field(default_factory=dict)


def read_lines(session: ActorSession, text: str) -> Guests:
    """A client a line, by name or code, and perhaps one of its people after a tab, comma, slash or bar.

    Two statements. Raises Invalid for more lines than `MOST_LINES`.
    """
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if len(lines) > MOST_LINES:
        raise Invalid(_("At most {n} lines at once, please.", n=MOST_LINES))
    pairs = {line: _split(line) for line in lines}
    accounts = _accounts(session, {part for line, (client, _person) in pairs.items() for part in (line, client)})
    found = {line: _account_of(line, pairs[line], accounts) for line in lines}
    people = _people(session, {key for key, who in found.values() if key and who})
    met = {line: people.get((key or 0, _plain(who))) for line, (key, who) in found.items()}
    unknown = [line for line, (key, who) in found.items() if not key or (who and met[line] is None)]
    known = [line for line in lines if line not in unknown]
    return Guests(
        tuple(dict.fromkeys(found[line][0] or 0 for line in known)),
        tuple({each.id: each for line in known if (each := met[line])}.values()), tuple(unknown),
    )  # fmt: skip


def _split(line: str) -> tuple[str, str]:
    mark = next((mark for mark in MARKS if mark in line), "")
    client, _mark, person = line.partition(mark) if mark else (line, "", "")
    return client.strip(), person.strip()


def _account_of(line: str, pair: tuple[str, str], accounts: dict[str, int | None]) -> tuple[int | None, str]:
    """A whole line that is a client's name wins: names hold commas too."""
    whole = accounts.get(_plain(line))
    return (whole, "") if whole else (accounts.get(_plain(pair[0])), pair[1])


def _accounts(session: ActorSession, names: set[str]) -> dict[str, int | None]:
    """By name and by code; a name that several clients bear names none of them."""
    statement = select(col(Account.id), col(Account.name), col(Account.code)).where(
        or_(col(Account.name).in_(names), col(Account.code).in_(names)), col(Account.archived_at).is_(None)
    )
    found: dict[str, int | None] = {}
    for key, *called in session.execute(statement.limit(2 * MOST_LINES)):
        for name in {_plain(each) for each in called if each}:
            found[name] = key if found.get(name, key) == key else None
    return found


def _people(session: ActorSession, accounts: set[int]) -> dict[tuple[int, str], KeyPerson]:
    here = select(KeyPerson).where(col(KeyPerson.account_id).in_(accounts), col(KeyPerson.archived_at).is_(None))
    found = session.scalars(here.order_by(col(KeyPerson.id).desc()).limit(10 * MOST_LINES)) if accounts else ()
    return {(each.account_id, _plain(each.name)): each for each in found}


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


# --- writing --------------------------------------------------------------------------------------------------


def add_guests(session: ActorSession, activity: Activity, guests: Guests) -> tuple[int, datetime | None]:
    """Tie all that are not tied yet. Returns how many, and the moment that marks this act for its undo."""
    there, met = set(accounts_of(session, activity)), set(persons_of(session, activity))
    people = [each for each in guests.people if each.id not in met]
    demand_shares(session, activity, [each.id for each in people])
    accounts = [key for key in guests.accounts if key not in there]
    count = len(accounts) + len(people)
    if accounts and activity.account_id is None:
        activity.account_id = accounts.pop(0)
        session.flush()
    now = clock.now()
    own: dict[str, Any] = {"activity_id": activity.id}
    _tie(session, ActivityAccount, [own | {"account_id": key} for key in accounts], now)
    rows = [own | {"person_id": each.id, "level": each.level, "function": each.function} for each in people]
    _tie(session, ActivityPerson, rows, now)
    return count, now


def _tie(session: ActorSession, model: Any, rows: Sequence[dict[str, Any]], now: datetime) -> None:
    if not rows:
        return
    fixed = {"created_at": now, "updated_at": now, "version": 1, "archived_at": None}
    create_ties(session, model.__table__, [
        {**fixed, **row, "id": key} for row, key in zip(rows, new_ids(len(rows)), strict=True)
    ])  # fmt: skip


def take_out(session: ActorSession, activity: Activity, last: int) -> int:
    """Archive what was tied together with the tie of this id: those of the activity with its moment."""
    tie = session.get(ActivityAccount, last) or session.get(ActivityPerson, last)
    if tie is None or tie.activity_id != activity.id:
        return 0
    found = [*_of_act(session, ActivityAccount, tie), *_of_act(session, ActivityPerson, tie)]
    for each in found:
        each.archived_at = clock.now()
    session.flush()
    return len(found)


def take_back(session: ActorSession, activity: Activity, first: int) -> None:
    """Take out an act that gave the activity its first client: that one, and all that were tied at the same moment."""
    if not first or activity.account_id == first:
        own = select(col(ActivityAccount.id)).where(
            col(ActivityAccount.activity_id) == activity.id, col(ActivityAccount.archived_at).is_(None)
        )
        take_out(session, activity, session.scalar(own.order_by(col(ActivityAccount.id)).limit(1)) or 0)
        activity.account_id = None
        session.flush()


def _of_act(session: ActorSession, model: Any, tie: Any) -> Iterable[Any]:
    together = (col(model.activity_id) == tie.activity_id, col(model.created_at) == tie.created_at)
    return session.scalars(select(model).where(*together, col(model.archived_at).is_(None)))


def last_tie(session: ActorSession, activity_id: int, moment: datetime) -> int:
    """The id of one of the ties of this act."""
    for model in (ActivityAccount, ActivityPerson):
        own = select(col(model.id)).where(col(model.activity_id) == activity_id, col(model.created_at) == moment)
        if (key := session.scalar(own.limit(1))) is not None:
            return int(key)
    return 0
