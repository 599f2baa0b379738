"""Client companies of the demo world, with codes that pass every check and belong to nobody."""

from functools import cache

from crm import reference
from crm.demo.shapes import Account, KeyPerson
from crm.demo.tables import Row, fen, number, table
from crm.reference.kinds import Text

CITY_LETTERS = {"440100": "GZ", "440600": "FS"}

# Who registers a client decides the first two digits of its unified social credit code.
REGISTRAR = {
    "state_body": "11", "public_institution": "12", "public_school": "12", "public_hospital": "12",
    "association": "51", "private_school": "52", "grassroots": "54",
}  # fmt: skip

USCC_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@cache
def accounts() -> tuple[Account, ...]:
    return tuple(account(index, row) for index, row in enumerate(table("accounts"), start=1))


def account(index: int, row: Row) -> Account:
    return Account(
        key=row["key"],
        code=f"{CITY_LETTERS[row['city']]}{100 + index:06}",
        name=Text(zh=row["name"], en=row["name_en"]),
        uscc=uscc(REGISTRAR.get(row["nature"], "91"), row["county"], index),
        nature=row["nature"],
        trade=row["trade"],
        grade=row["grade"],
        priority=row["priority"],
        city=row["city"],
        county=row["county"],
        owner=row["owner"],
        staff=int(row["staff"]),
        members=int(row["members"]),
        share_bp=int(row["share"]) * 100,
        monthly_fen=fen(row["monthly"]),
        trend_percent=int(row["trend"]),
        products=tuple(row["products"].split()),
        parent=row["parent"] or None,
        rivals=tuple(row["rivals"].split()),
    )


def uscc(registrar: str, division: str, serial: int) -> str:
    """A well-formed unified social credit code. No registrar issues bodies that begin with DEMW."""
    head = f"{registrar}{division}{organisation_code(serial)}"
    total = sum(USCC_LETTERS.index(letter) * pow(3, place, 31) for place, letter in enumerate(head))
    return head + USCC_LETTERS[-total % 31]


def organisation_code(serial: int) -> str:
    """Eight letters and the check digit of GB 11714."""
    body = f"DEMW{serial:04}"
    total = sum(int(letter, 36) * weight for letter, weight in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return body + "0123456789X"[-total % 11]


@cache
def key_persons() -> tuple[KeyPerson, ...]:
    nature = {row.key: row.nature for row in accounts()}
    return tuple(key_person(index, row, nature[row["account"]]) for index, row in enumerate(table("key_persons"), 1))


def key_person(index: int, row: Row, nature: str) -> KeyPerson:
    met = number(row["met"])
    return KeyPerson(
        account=row["account"],
        name=row["name"],
        post=row["post"],
        level=row["level"],
        function=row["function"],
        roles=tuple(row["roles"].split()),
        relation=row["relation"],
        support=row["support"],
        influence=int(row["influence"]),
        consent_basis=row["basis"] or None,
        consent_on=-(met or 0) - 30 - index if row["basis"] else None,
        last_met=None if met is None else -met,
        # The block 139-0000 is given to no network, so that a call from a demo reaches nobody.
        phone=f"1390000{index:04}",
        email=f"person{index:03}@example.com",
        is_official=reference.is_official_by_default(nature, level=row["level"], function=row["function"]),
    )
