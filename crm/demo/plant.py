"""Plants the demo world through the same unit of work and rules as everybody's records."""

from collections.abc import Iterable
from typing import Any

from core.people import Unit, User
from crm.account_months import AccountMonth
from crm.accounts import Account
from crm.contracts import Contract
from crm.demo import shapes
from crm.demo.dates import month
from crm.demo.planter import Planter, add_user
from crm.demo.work import plant_activity, plant_deal, plant_parts
from crm.demo.world import World, world
from crm.key_persons import KeyPerson
from crm.opportunities import Opportunity
from crm.rivals import Rival
from crm.targets import Target
from crm.tenders import Tender


def plant(session: Any) -> None:
    """The carrier's people and clients, and the work with them. Outside firms are planted by their own module."""
    made, all_ = Planter(session), world()
    _people(made, all_)
    for rival in all_.rivals:
        made.add(Rival(code=rival.code, name_zh=rival.name.zh, name_en=rival.name.en), rival.code)
    made.flush()
    _accounts(made, all_)
    _persons(made, all_.key_persons)
    deals = [(plant_deal(made, row), row) for row in all_.deals]
    made.flush()
    for deal, row in deals:
        plant_parts(made, deal, row)
    made.flush()
    for activity in all_.activities:
        plant_activity(made, activity)
    _papers(made, all_)
    _figures(made, all_)
    made.flush()


def _people(made: Planter, all_: World) -> None:
    for unit in all_.units:
        made.add(
            Unit(
                code=unit.code,
                name_zh=unit.name.zh,
                name_en=unit.name.en,
                kind=unit.kind,
                parent_id=made.id(Unit, unit.parent),
                divisions=[*unit.covers],
            ),
            unit.code,
        )
        made.flush()
    for user in all_.users:
        if user.firm is None:
            add_user(made, user)
    made.flush()


def _accounts(made: Planter, all_: World) -> None:
    for row in sorted(all_.accounts, key=lambda row: row.parent is not None):
        made.add(
            Account(
                code=row.code,
                name=row.name.zh,
                name_en=row.name.en,
                uscc=row.uscc,
                priority=row.priority,
                nature_id=made.ref("nature", row.nature),
                trade_id=made.ref("trade", row.trade),
                grade_id=made.ref("grade", row.grade),
                seat_city_id=made.ref("division", row.city),
                seat_county_id=made.ref("division", row.county),
                owner_id=made.id(User, row.owner),
                parent_id=made.id(Account, row.parent),
                staff_count=row.staff,
                member_count=row.members,
                wallet_share=row.share_bp,
            ),
            row.key,
        )
    made.flush()


def _persons(made: Planter, rows: Iterable[shapes.KeyPerson]) -> None:
    for row in rows:
        made.add(
            KeyPerson(
                account_id=made.id(Account, row.account),
                name=row.name,
                post=row.post,
                level=row.level,
                function=row.function,
                roles=[*row.roles],
                relation=row.relation,
                support=row.support,
                influence=row.influence,
                mobile=row.phone,
                email=row.email,
                consent_basis=row.consent_basis,
                consent="given" if row.consent_basis else "unknown",
                consent_on=made.on(row.consent_on),
            ),
            f"{row.account} {row.name}",
        )
    made.flush()


def _papers(made: Planter, all_: World) -> None:
    owners = {row.key: row.owner for row in all_.accounts}
    for row in all_.contracts:
        made.add(
            Contract(
                code=row.number,
                name=row.title,
                account_id=made.id(Account, row.account),
                monthly=row.monthly_fen,
                product_id=made.ref("product", row.product),
                supplier="rival" if row.rival else "ours",
                rival_id=made.id(Rival, row.rival),
                starts_on=made.on(row.starts_on),
                ends_on=made.on(row.ends_on),
                owner_id=made.id(User, owners[row.account]),
            )
        )
    for paper in all_.tenders:
        made.add(
            Tender(
                code=paper.number,
                name=paper.title,
                account_id=made.id(Account, paper.account),
                budget=paper.budget_fen,
                opportunity_id=made.id(Opportunity, paper.deal),
                agency=paper.agency,
                noticed_on=made.on(paper.noticed_on),
                deadline_on=made.on(paper.closes_on),
            )
        )


def _figures(made: Planter, all_: World) -> None:
    for row in all_.account_months:
        made.add(
            AccountMonth(
                account_id=made.id(Account, row.account),
                month=month(made.today, row.month),
                revenue=row.revenue_fen,
                product_count=len(row.products),
                member_count=row.members,
                left_group=row.left_group,
                left_network=row.left_network,
                arrears=row.arrears_fen,
            )
        )
    units = {unit.code for unit in all_.units}
    for aim in all_.targets:
        holder = (
            {"for_unit_id": made.id(Unit, aim.holder)}
            if aim.holder in units
            else {"for_user_id": made.id(User, aim.holder)}
        )
        value: Any = {"amount": aim.amount} if aim.measure == "won_amount" else {"quantity": aim.amount}
        made.add(Target(measure=aim.measure, month=month(made.today, aim.month), **holder, **value))
