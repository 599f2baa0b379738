"""Plants the demo world's large sets through the bulk door, with the values that forms would have completed."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.bulk import Values, create_rows, create_ties
from core.entity import Entity
from core.ids import new_id, new_ids
from core.people import Unit, User
from crm.account_months import ACCOUNT_MONTH
from crm.accounts import ACCOUNT, Account
from crm.contracts import CONTRACT
from crm.demo.chance import number, one_of
from crm.demo.dates import month
from crm.demo.planter import Planter
from crm.demo.shapes import KeyPerson as Person
from crm.demo.world import World
from crm.key_persons import KEY_PERSON, KeyPerson
from crm.opportunities import Opportunity
from crm.rivals import Rival
from crm.targets import TARGET
from crm.tenders import TENDER


def create(made: Planter, entity: Entity, rows: list[Values], keys: Iterable[str] = ()) -> None:
    """Insert the rows and remember their ids by these keys."""
    for row, fresh in zip(rows, new_ids(len(rows) or 1), strict=False):
        row.setdefault("id", fresh)
    for row, key in zip(rows, keys, strict=False):
        made.ids[entity.model, key] = row["id"]
    create_rows(made.session, entity, rows, batch=new_id(), verb="create")


def create_links(made: Planter, table: Any, rows: list[Values]) -> None:
    """Rows that only tie others together; they have no journal of their own."""
    for row, fresh in zip(rows, new_ids(len(rows) or 1), strict=False):
        row["id"] = fresh
    create_ties(made.session, table, rows)


def plant_accounts(made: Planter, all_: World) -> None:
    rows = [
        {
            "code": row.code,
            "name": row.name.zh,
            "name_en": row.name.en,
            "uscc": row.uscc,
            "priority": row.priority,
            "nature_id": made.ref("nature", row.nature),
            "trade_id": made.ref("trade", row.trade),
            "grade_id": made.ref("grade", row.grade),
            "seat_city_id": made.ref("division", row.city),
            "seat_county_id": made.ref("division", row.county),
            "owner_id": made.id(User, row.owner),
            "staff_count": row.staff,
            "member_count": row.members,
            "wallet_share": row.share_bp,
        }
        for row in all_.accounts
    ]
    keys = [row.key for row in all_.accounts]
    ids = dict(zip(keys, new_ids(len(keys)), strict=True))
    for values, account in zip(rows, all_.accounts, strict=True):
        values |= {"id": ids[account.key], "parent_id": ids.get(account.parent or "")}
    create(made, ACCOUNT, sorted(rows, key=lambda row: row["parent_id"] is not None))
    made.ids |= {(Account, key): i for key, i in ids.items()}


def plant_persons(made: Planter, people: tuple[Person, ...]) -> None:
    ids = dict(zip(((p.account, p.name) for p in people), new_ids(len(people)), strict=True))
    bosses = _bosses(people)
    ranked = sorted(people, key=lambda row: RANKS[row.level])
    rows = [_person(made, row) | {"id": ids[row.account, row.name]} for row in ranked]
    for row, values in zip(ranked, rows, strict=True):
        boss = bosses.get((row.account, row.name))
        values["reports_to_id"] = ids[row.account, boss] if boss else None
    create(made, KEY_PERSON, rows)
    made.ids |= {(KeyPerson, f"{account} {name}"): i for (account, name), i in ids.items()}


RANKS = {"decision": 0, "management": 1, "operating": 2}


def _bosses(people: tuple[Person, ...]) -> Mapping[tuple[str, str], str]:
    """Whom a person reports to: somebody one level up, of the same function where there is one."""
    by_account: dict[str, list[Person]] = {}
    for person in people:
        by_account.setdefault(person.account, []).append(person)
    found = {}
    for person in people:
        above = [row for row in by_account[person.account] if RANKS[row.level] == RANKS[person.level] - 1]
        above.sort(key=lambda row: (row.function != person.function, -row.influence, row.name))
        if above:
            found[person.account, person.name] = above[0].name
    return found


def _person(made: Planter, row: Person) -> Values:
    return {
        "account_id": made.id(Account, row.account),
        "name": row.name,
        "post": row.post,
        "level": row.level,
        "function": row.function,
        "roles": [*row.roles],
        "relation": row.relation,
        "support": row.support,
        "influence": row.influence,
        **_judged(made, row),
        "mobile": row.phone,
        "email": row.email,
        "consent_basis": row.consent_basis,
        "consent": "given" if row.consent_basis else "unknown",
        "consent_on": made.on(row.consent_on),
        "is_official": row.is_official,
    }


def _judged(made: Planter, row: Person) -> Values:
    """Whoever was met was judged then; of others a colleague or the papers told, some time ago."""
    if row.support == "unknown":
        return {}
    key = (row.account, row.name, "judged")
    if row.last_met is not None:
        return {"judged_on": made.on(row.last_met), "judged_from": "met"}
    source = one_of(("colleague", "client", "papers"), *key)
    return {"judged_on": made.on(-5 - number(*key, below=255)), "judged_from": source}


def plant_papers(made: Planter, all_: World) -> None:
    owners = {row.key: row.owner for row in all_.accounts}
    contracts = [
        {
            "code": row.number,
            "name": row.title,
            "account_id": made.id(Account, row.account),
            "monthly": row.monthly_fen,
            "product_id": made.ref("product", row.product),
            "supplier": "rival" if row.rival else "ours",
            "rival_id": made.id(Rival, row.rival),
            "starts_on": made.on(row.starts_on),
            "ends_on": made.on(row.ends_on),
            "owner_id": made.id(User, owners[row.account]),
        }
        for row in all_.contracts
    ]
    create(made, CONTRACT, contracts)
    states = {row.code: row for row in all_.deals}
    tenders = []
    for paper in all_.tenders:
        deal, is_over = states[paper.deal], paper.opens_on < 0
        tenders.append(
            {
                "code": paper.number,
                "name": paper.title,
                "account_id": made.id(Account, paper.account),
                "budget": paper.budget_fen,
                "opportunity_id": made.id(Opportunity, paper.deal),
                "agency": paper.agency,
                "noticed_on": made.on(paper.noticed_on),
                "deadline_on": made.on(paper.closes_on),
                "awarded_on": made.on(paper.opens_on) if is_over else None,
                "is_ours": is_over and deal.state == "won",
                "winner_id": made.id(Rival, deal.rival) if is_over and deal.state == "lost" else None,
            }
        )
    create(made, TENDER, tenders)


def plant_figures(made: Planter, all_: World) -> None:
    months = [
        {
            "account_id": made.id(Account, row.account),
            "month": month(made.today, row.month),
            "revenue": row.revenue_fen,
            "product_count": len(row.products),
            "member_count": row.members,
            "left_group": row.left_group,
            "left_network": row.left_network,
            "arrears": row.arrears_fen,
        }
        for row in all_.account_months
    ]
    create(made, ACCOUNT_MONTH, months)
    units = {unit.code for unit in all_.units}
    targets = [
        {
            "measure": aim.measure,
            "month": month(made.today, aim.month),
            "for_unit_id": made.id(Unit, aim.holder) if aim.holder in units else None,
            "for_user_id": None if aim.holder in units else made.id(User, aim.holder),
            "amount": aim.amount if aim.measure == "won_amount" else None,
            "quantity": aim.amount if aim.measure == "visits" else None,
        }
        for aim in all_.targets
    ]
    create(made, TARGET, targets)
