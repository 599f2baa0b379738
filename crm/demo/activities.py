"""What was done and is planned with the clients: some written by hand, the rest told from the deals."""

from collections.abc import Iterator
from functools import cache
from typing import cast

from crm import reference
from crm.demo.accounts import accounts, key_persons
from crm.demo.chance import number, one_of
from crm.demo.course import passed
from crm.demo.deals import deals, prices, tenders
from crm.demo.shapes import Activity, Deal, KeyPerson, Kind, Progress
from crm.demo.tables import Row, fen, table
from crm.reference.kinds import Weapon

COST_YUAN = {
    "W01_EXPO": 460,
    "W02_TECH": 2600,
    "W03_CALL": 8,
    "W04_VISIT": 120,
    "W05_TRIAL": 3200,
    "W07_SOCIAL": 680,
    "W08_TOUR": 1900,
}
KINDS: dict[str | None, Kind] = {None: "task", "W03_CALL": "call", "W04_VISIT": "visit"}
MINUTES = {"W02_TECH": 120, "W03_CALL": 12, "W05_TRIAL": 180, "W07_SOCIAL": 120, "W08_TOUR": 240}
HOURS = ("09:00", "09:30", "10:00", "10:30", "14:00", "14:30", "15:00", "15:30", "16:00")


@cache
def activities() -> tuple[Activity, ...]:
    """All activities, the oldest first."""
    found = [*by_hand(), *next_steps(), *last_meetings()]
    for deal in deals():
        found += told_from(deal)
    return tuple(sorted(found, key=lambda row: (row.day, row.time, row.accounts, row.subject)))


def by_hand() -> Iterator[Activity]:
    owner = {row.key: row.owner for row in accounts()}
    for row in table("activities"):
        keys = tuple(row["accounts"].split())
        yield Activity(
            accounts=keys,
            deal=row["deal"] or None,
            persons=tuple(row["persons"].split()),
            owner=owner[keys[0]],
            weapon=row["weapon"] or None,
            kind=kind_of(row["weapon"] or None),
            subject=row["subject"],
            state=cast(Progress, row["state"]),
            day=int(row["day"]),
            time=row["time"],
            minutes=int(row["minutes"]),
            cost_fen=fen(row["cost"]) if row["cost"] else None,
            result=row["result"] or None,
            next_step=row["next"] or None,
        )


def next_steps() -> Iterator[Activity]:
    """The next step of an open deal is a planned activity: overdue, due today or to come."""
    for deal in deals():
        if deal.next_step is not None and deal.next_on is not None:
            yield planned(deal, deal.next_step, deal.next_on)


def planned(deal: Deal, subject: str, day: int) -> Activity:
    return Activity(
        accounts=(deal.account,),
        deal=deal.code,
        persons=deal.next_with,
        owner=deal.owner,
        weapon=deal.next_weapon,
        kind=kind_of(deal.next_weapon),
        subject=subject,
        state="planned",
        day=day,
        time=one_of(HOURS, deal.code, "hour"),
        minutes=MINUTES.get(deal.next_weapon or "", 45),
        cost_fen=None,
        result=None,
        next_step=None,
    )


def last_meetings() -> Iterator[Activity]:
    """The day on which each key person was last met has its activity."""
    for person in key_persons():
        if person.last_met is not None:
            weapon = "W03_CALL" if person.level == "operating" else "W04_VISIT"
            deal = deal_at(person.account, person.last_met)
            yield done(person, weapon, person.last_met, deal, stage_at(deal, person.last_met))


def deal_at(account: str, day: int) -> Deal | None:
    """The deal that was being worked with a client on a day: the largest, sleeping ones left out."""
    running = [row for row in deals() if row.account == account and row.engaged_on <= day <= worked_until(row)]
    return max(running, key=lambda row: row.amount_fen, default=None)


def stage_at(deal: Deal | None, day: int) -> str | None:
    """The stage in which a deal was on a day."""
    if deal is None:
        return None
    return [stage.code for stage, starts, _ in passed(deal) if starts <= day][-1]


def worked_until(deal: Deal) -> int:
    """The last day with any work on a deal: a sleeping one has seen none since it entered its stage."""
    if deal.closed_on is not None:
        return deal.closed_on
    return -1 if deal.next_step else deal.stage_since


def told_from(deal: Deal) -> Iterator[Activity]:
    """A use of a weapon that suits the stage in each stage that a deal has passed through, two where it stayed long."""
    for stage, starts, ends in passed(deal):
        for turn in range(max(int(stage.outcome is not None), min(2, (ends - starts + 6) // 14))):
            weapon = one_of(stage.weapons, deal.code, stage.code, turn)
            day = starts + (ends - starts) * (2 * turn + 1) // 5
            person = partner(deal, weapon, day)
            if person and day <= worked_until(deal) and not is_barred(deal.account, weapon, day):
                yield done(person, weapon, day, deal, stage.code)


def partner(deal: Deal, weapon: str, day: int) -> KeyPerson | None:
    """Whom the weapon reached: one of the two whom it suits best, of those who had been met by then."""
    use = weapons()[weapon]
    people = [row for row in key_persons() if row.account == deal.account]
    known = [row for row in people if row.last_met is not None and row.last_met > day]
    known.sort(key=lambda row: -use.level[row.level] * use.function[row.function])
    return one_of(known[:2], deal.code, weapon, day) if known else None


@cache
def weapons() -> dict[str, Weapon]:
    return {row.code: row for row in reference.weapons()}


def is_barred(account: str, weapon: str, day: int) -> bool:
    """Hospitality and trips rest while a tender of the client is open."""
    is_open = any(row.account == account and row.noticed_on <= day <= row.opens_on for row in tenders())
    return is_open and weapons()[weapon].tender_lock != "free"


def done(person: KeyPerson, weapon: str, day: int, deal: Deal | None, stage: str | None) -> Activity:
    owner = {row.key: row.owner for row in accounts()}
    key = (person.account, person.name, weapon, day)
    told = phrase(weapon, stage, person.level, *key)
    slots = {"person": person.name, "post": person.post, "product": topic(deal)}
    return Activity(
        accounts=(person.account,),
        deal=deal.code if deal else None,
        persons=(person.name,),
        owner=owner[person.account],
        weapon=weapon,
        kind=kind_of(weapon),
        subject=told["subject"].format_map(slots),
        state="done",
        day=day,
        time=one_of(HOURS, *key, "hour"),
        minutes=MINUTES.get(weapon, 45),
        cost_fen=COST_YUAN[weapon] * (80 + number(*key, "cost", below=41)),
        result=told["result"].format_map(slots),
        next_step=told["next"],
    )


def kind_of(weapon: str | None) -> Kind:
    return KINDS.get(weapon, "meeting")


def phrase(weapon: str, stage: str | None, level: str, *key: object) -> Row:
    """One way to tell it that suits the weapon, the stage of the deal and the person's level."""
    return one_of(suiting(weapon, stage, level), *key)


@cache
def suiting(weapon: str, stage: str | None, level: str) -> tuple[Row, ...]:
    rows = [row for row in table("phrases") if row["weapon"] == weapon]
    return tuple(row for row in rows if suits(row, stage, level)) or tuple(row for row in rows if not row["levels"])


def suits(row: Row, stage: str | None, level: str) -> bool:
    right_stage = stage in row["stages"].split() if row["stages"] else stage is None
    return right_stage and (not row["levels"] or level in row["levels"].split())


def topic(deal: Deal | None) -> str:
    """What the talk was about: the first product of the deal, as people call it."""
    return prices()[deal.lines[0].product]["short"] if deal else ""
