"""The many clients beside those written by hand, with their key persons: made from pools, the same each time."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from crm import reference
from crm.demo import names
from crm.demo.accounts import REGISTRAR, accounts, key_persons, uscc
from crm.demo.chance import number, one_of
from crm.demo.cities import cities, counties, managers
from crm.demo.names import spread
from crm.demo.shapes import Account, KeyPerson
from crm.demo.tables import Row, table
from crm.reference.divisions import divisions
from crm.reference.kinds import Text

# How often each grade comes in thirty clients, and what one of them brings in a month, in yuan.
GRADES = ("A1", *["A2"] * 3, *["B1"] * 6, *["B2"] * 8, *["C"] * 7, *["D"] * 3, "P", "P")
MONTHLY = {"A1": 900_000, "A2": 380_000, "B1": 140_000, "B2": 48_000, "C": 13_000, "D": 3_000, "P": 0}
STAFF = {"A1": 5200, "A2": 2200, "B1": 760, "B2": 240, "C": 80, "D": 24, "P": 180}
TRENDS = (-22, -14, -9, -4, -1, 0, 1, 3, 6, 9, 14, 21)
PERSONS = {"A1": 7, "A2": 6, "B1": 5, "B2": 4, "C": 3, "D": 2, "P": 2}


@cache
def crowd() -> tuple[Account, ...]:
    return tuple(_accounts())


def _accounts() -> Iterator[Account]:
    serial = len(accounts())
    for row in cities():
        for place in range(int(row["weight"])):
            serial += 1
            yield _account(serial, place, row)


def _account(serial: int, place: int, row: Row) -> Account:
    key, city = f"c{serial:03}", row["city"]
    business = table("businesses")[serial * 11 % len(table("businesses"))]
    grade = GRADES[serial * 7 % len(GRADES)]
    county = one_of(counties(city), key, "county") if counties(city) else None
    staff = STAFF[grade] * spread(60, 140, key, "staff") // 100
    products = tuple(business["products"].split())
    return Account(
        key=key,
        code=f"{row['letters']}{100 + serial:06}",
        name=_name(serial, city, business),
        uscc=uscc(REGISTRAR.get(business["nature"], "91"), county or city, serial),
        nature=business["nature"],
        trade=business["trade"],
        grade=grade,
        priority="win" if grade == "P" or number(key, "priority", below=3) == 0 else "keep",
        city=city,
        county=county,
        owner=managers(row["letters"], int(row["managers"]))[place % int(row["managers"])],
        staff=staff,
        members=0 if grade == "P" else staff * spread(20, 75, key, "members") // 100,
        share_bp=0 if grade == "P" else spread(18, 78, key, "share") * 100,
        monthly_fen=MONTHLY[grade] * spread(60, 140, key, "monthly"),
        trend_percent=one_of(TRENDS, key, "trend"),
        products=() if grade == "P" else products[: spread(1, len(products), key, "products")],
        parent=None,
        rivals=(),
    )


def _name(serial: int, city: str, business: Row) -> Text:
    where, house = _cities()[city], names.house(serial)
    return Text(zh=f"{where.zh}{house.zh}{business['suffix']}", en=f"{house.en} {business['suffix_en']}, {where.en}")


@cache
def _cities() -> dict[str, Text]:
    return {row.code: Text(zh=row.zh.removesuffix("市"), en=row.en) for row in divisions() if row.level == "city"}


# --- key persons ----------------------------------------------------------------------------------------------


@cache
def crowd_persons() -> tuple[KeyPerson, ...]:
    """Everybody, as if nobody had been met yet; some seats stay empty."""
    serial, found = len(key_persons()), []
    for account in crowd():
        seats = sorted(table("posts"), key=lambda row: number(account.key, row["level"], row["function"], below=1000))
        for seat in seats[: PERSONS[account.grade]]:
            serial += 1
            found.append(_person(serial, account, seat))
    return tuple(_distinct(found))


def _person(serial: int, account: Account, seat: Row) -> KeyPerson:
    key = (account.key, seat["level"], seat["function"])
    basis = one_of(("business_card", "consent", "contract", None), *key, "basis")
    return KeyPerson(
        account=account.key,
        name=names.person(*key).zh,
        post=one_of(seat["posts"].split(), *key, "post"),
        level=seat["level"],
        function=seat["function"],
        roles=_roles(seat, *key),
        relation=one_of(("outsider", "supplier", "supplier", "friend", "partner"), *key, "relation"),
        support=one_of(SUPPORT, *key, "support"),
        influence={"decision": 5, "management": 4, "operating": 2}[seat["level"]] - number(*key, "power", below=2),
        consent_basis=basis,
        consent_on=-spread(800, 1000, *key) if basis else None,
        last_met=None,
        phone=f"1390000{serial:04}",
        email=f"person{serial:04}@example.com",
        is_official=reference.is_official_by_default(account.nature, level=seat["level"], function=seat["function"]),
    )


SUPPORT = ("exclusive", "supportive", "supportive", "neutral", "neutral", "neutral", "unknown", "opposed", "with_rival")
PARTS = {
    "technical": "designer",
    "purchasing": "evaluator",
    "finance": "evaluator",
    "legal": "evaluator",
    "user": "user",
}


def _roles(seat: Row, *key: object) -> tuple[str, ...]:
    first = "decider" if seat["level"] == "decision" else PARTS.get(seat["function"], "evaluator")
    further = one_of(("", "initiator", "coach"), *key, "role") if seat["level"] != "decision" else ""
    return (first, further) if further else (first,)


def _distinct(people: list[KeyPerson]) -> Iterator[KeyPerson]:
    """Two people of one client never share a name: the later one has another."""
    seen: set[tuple[str, str]] = set()
    for person in people:
        turn = 0
        while (person.account, person.name) in seen:
            turn += 1
            person = replace(person, name=names.person(person.account, person.phone, turn).zh)
        seen.add((person.account, person.name))
        yield person
