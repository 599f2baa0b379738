"""What was done and is planned with the many, and with it the day on which each of their key persons was last met."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from crm.demo.activities import COST_YUAN, HOURS, MINUTES, kind_of, phrase, planned, topic, weapons
from crm.demo.chance import number, one_of
from crm.demo.course import passed
from crm.demo.crowd import crowd, crowd_persons
from crm.demo.crowd_deals import crowd_deals, lives
from crm.demo.crowd_papers import crowd_tenders
from crm.demo.names import spread
from crm.demo.shapes import Account, Activity, Deal, KeyPerson

SOON = ("电话回访", "走访客户", "核对账单", "续约沟通")


@cache
def crowd_activities() -> tuple[Activity, ...]:
    return tuple(_activities())


def _activities() -> Iterator[Activity]:
    locked = {row.account for row in crowd_tenders()}
    for deal in crowd_deals():
        yield from _told(deal, is_locked=deal.account in locked)
        if deal.next_step is not None and deal.next_on is not None:
            yield planned(replace(deal, next_with=(_chosen(deal, "next").name,)), deal.next_step, deal.next_on)
    for place, account in enumerate(crowd()):
        yield from _care(account, place, is_locked=account.key in locked)


@cache
def met_persons() -> tuple[KeyPerson, ...]:
    last: dict[tuple[str, str], int] = {}
    for row in crowd_activities():
        if row.state == "done":
            for name in row.persons:
                key = row.accounts[0], name
                last[key] = max(last.get(key, -9999), row.day)
    return tuple(replace(row, last_met=last.get((row.account, row.name))) for row in crowd_persons())


@cache
def _people() -> dict[str, list[KeyPerson]]:
    found: dict[str, list[KeyPerson]] = {}
    for person in crowd_persons():
        found.setdefault(person.account, []).append(person)
    return found


def _chosen(deal: Deal, *key: object) -> KeyPerson:
    return one_of(_people()[deal.account], deal.code, *key)


def _told(deal: Deal, *, is_locked: bool) -> Iterator[Activity]:
    """What a closed deal got in its life; one use of a weapon for each of the last stages of the others."""
    if deal.closed_on is not None:
        yield from _lived(deal, is_locked=is_locked)
        return
    way = [row for row in passed(deal) if row[1] < row[2] or row[0].outcome]
    for stage, starts, ends in way[-3:]:
        day = starts + (ends - starts) * number(deal.code, stage.code, "day", below=90) // 100
        person = _chosen(deal, stage.code)
        wanted = one_of(stage.weapons, deal.code, stage.code, "weapon")
        if day < 0 and not (deal.next_step is None and deal.state == "open" and day > deal.stage_since):
            yield _done(deal, person, _allowed(wanted, person, is_locked=is_locked), day, stage.code)


def _lived(deal: Deal, *, is_locked: bool) -> Iterator[Activity]:
    """Gifts, hospitality and trips are for nobody who may not have them: there somebody else is asked, or nobody."""
    way = passed(deal)
    for weapon, age in lives()[deal.code].uses:
        stage = [row.code for row, starts, _ends in way if starts <= deal.engaged_on + age][-1]
        free = weapons()[weapon].tender_lock == "free"
        people = [row for row in _people()[deal.account] if free or not (is_locked or row.is_official)]
        if people and deal.engaged_on + age < 0:
            person = one_of(people, deal.code, weapon)
            yield _done(deal, person, weapon, deal.engaged_on + age, stage)


def _allowed(weapon: str, person: KeyPerson, *, is_locked: bool) -> str:
    """Gifts, hospitality and trips are for nobody of a client with a tender, and for no public official."""
    is_barred = weapons()[weapon].tender_lock != "free" and (is_locked or person.is_official)
    return "W04_VISIT" if is_barred else weapon


def _done(deal: Deal, person: KeyPerson, weapon: str, day: int, stage: str) -> Activity:
    key = (deal.code, weapon, day)
    told = phrase(weapon, stage, person.level, *key)
    slots = {"person": person.name, "post": person.post, "product": topic(deal)}
    return _activity(
        deal.owner,
        person,
        weapon,
        day,
        told["subject"].format_map(slots),
        told["result"].format_map(slots),
        deal=deal.code,
        next_step=told["next"],
    )


def _care(account: Account, place: int, *, is_locked: bool) -> Iterator[Activity]:
    """What has nothing to do with a deal: a call or a visit now and then, a small present, a call to come."""
    person = one_of(_people()[account.key], account.key, "care")
    weapon = ("W03_CALL", "W04_VISIT")[place % 2]
    told = phrase(weapon, None, person.level, account.key)
    slots = {"person": person.name, "post": person.post, "product": ""}
    subject, result = (told[name].format_map(slots) for name in ("subject", "result"))
    day = -spread(1, 75, account.key, "care")
    yield _activity(account.owner, person, weapon, day, subject, result, deal=None, next_step=told["next"])
    if place % 9 == 0 and not is_locked and not person.is_official:
        subject, result = f"节日问候{person.name}，送公司台历", "对方致谢，未超过礼品限额"
        yield _activity(account.owner, person, "W06_GIFT", day - 3, subject, result, deal=None, next_step=None)
    if place % 3 == 0:
        weapon = ("W04_VISIT", "W03_CALL")[place % 2]
        due = one_of((-4, -1, 0, 1, 2, 5, 9), account.key, "due")
        plan = _activity(account.owner, person, weapon, due, one_of(SOON, account.key), "", deal=None, next_step=None)
        yield replace(plan, state="dropped" if place % 15 == 0 else "planned", cost_fen=None, result=None)


def _activity(
    owner: str,
    person: KeyPerson,
    weapon: str,
    day: int,
    subject: str,
    result: str,
    *,
    deal: str | None,
    next_step: str | None,
) -> Activity:
    key = (person.account, person.name, weapon, day)
    return Activity(
        accounts=(person.account,),
        deal=deal,
        persons=(person.name,),
        owner=owner,
        weapon=weapon,
        kind=kind_of(weapon),
        subject=subject,
        state="done",
        day=day,
        time=one_of(HOURS, *key, "hour"),
        minutes=MINUTES.get(weapon, 45),
        cost_fen=COST_YUAN.get(weapon, 90) * spread(80, 120, *key, "cost"),
        result=result,
        next_step=next_step,
    )
