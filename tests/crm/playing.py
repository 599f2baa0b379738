"""What the playbook's tests do again and again: people, uses, ceilings and papers in the small world."""

from datetime import timedelta
from typing import Any

from core import clock
from core.approvals import acts
from crm.accounts import Account
from crm.activities import Activity
from crm.activity_joining import add_person
from crm.activity_verbs import finish
from crm.ceilings import Ceiling
from crm.commitment_requests import ask_for
from crm.files import attach
from crm.key_persons import KeyPerson
from crm.opportunities import Opportunity
from crm.weapons import Weapon, weapon_by_code
from tests.crm.world import acting, id_of, one, save

GIFT, SOCIAL, TOUR, VISIT, TECH = "W06_GIFT", "W07_SOCIAL", "W08_TOUR", "W04_VISIT", "W02_TECH"


def weapon(session: Any, code: str) -> Weapon:
    found = weapon_by_code(session, code)
    assert found is not None
    return found


def deal(session: Any, name: str = "Bank line") -> Opportunity:
    found: Opportunity = one(session, Opportunity, name=name)
    return found


def person(session: Any, name: str = "Bank boss", account: str = "Bank", **values: Any) -> KeyPerson:
    """The person of that name, made where there is none yet."""
    known = id_of(session, KeyPerson, name=name)
    found: KeyPerson = session.get(KeyPerson, known) if known else None  # type: ignore[assignment]  # made below
    if found is None:
        found = KeyPerson(name=name, account_id=id_of(session, Account, name=account) or 0)
    for key, value in values.items():
        setattr(found, key, value)
    if "is_official" in values:
        found.official_reason = "Known to be so."
    saved: KeyPerson = save(session, found)
    return saved


def use(session: Any, code: str, *people: KeyPerson, days: int = 0, done: bool = False, **values: Any) -> Activity:
    """A planned use with these people of the bank, `days` from today, or one that was carried out."""
    values.setdefault("account_id", people[0].account_id if people else id_of(session, Account, name="Bank"))
    values = {"subject": code, "owner_id": session.actor.user_id, **values}
    made: Activity = save(
        session, Activity(weapon_id=weapon(session, code).id, due_on=clock.today() + timedelta(days=days), **values)
    )
    for each in people:
        add_person(session, made, person_id=each.id)
    session.flush()
    if done:
        finish(session, made, done_at=clock.now() + timedelta(days=days))
        session.flush()
    return made


def ceiling(code: str, **amounts: Any) -> None:
    """Change a ceiling of the new database, as whoever keeps the data."""
    with acting("keeper") as session:
        row = one(session, Ceiling, code=code)
        for name, value in amounts.items():
            setattr(row, name, value)
        save(session, row)


def paper(session: Any, record: Any, evidence: str) -> None:
    stem = record.__tablename__.replace("_", ".", 1)
    attach(session, stem, record.id, name="paper.txt", content=b"Signed and sealed.", evidence=evidence)
    session.flush()


def asked_for(activity_id: int, name: str = "am") -> int:
    """Ask for an approval of the use as somebody; the number of the request."""
    with acting(name) as session:
        return ask_for(session, one(session, Activity, id=activity_id), reason="They host us").id


def approved(activity_id: int, name: str = "lead") -> None:
    asked = asked_for(activity_id)
    with acting(name) as session:
        acts.approve(session, asked)
