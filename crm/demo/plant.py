"""Plants the demo world through the same unit of work and rules as everybody's records."""

from typing import Any

from core.people import Unit
from crm.demo.bulk import plant_accounts, plant_figures, plant_papers, plant_persons
from crm.demo.cases import plant_cases
from crm.demo.planter import Planter, add_users
from crm.demo.proofs import plant_proofs
from crm.demo.quoted import plant_quotes
from crm.demo.requests import plant_requests
from crm.demo.suggested import plant_suggestions
from crm.demo.talk import plant_talk
from crm.demo.work import plant_activities, plant_deals
from crm.demo.world import World, users_by_hand, world
from crm.rivals import Rival


def plant(session: Any) -> list[str]:
    """The carrier's people and clients, and the work with them. Returns who signs in.

    Outside firms are planted by their own module.
    """
    made, all_ = Planter(session), world()
    _people(made, all_)
    for rival in all_.rivals:
        made.add(Rival(code=rival.code, name_zh=rival.name.zh, name_en=rival.name.en), rival.code)
    made.flush()
    plant_accounts(made, all_)
    plant_persons(made, all_.key_persons)
    plant_deals(made, all_.deals)
    plant_activities(made, all_)
    plant_suggestions(made, all_.deals)
    plant_papers(made, all_)
    plant_requests(made)
    plant_cases(made, all_)
    plant_quotes(made, all_.deals)
    plant_proofs(made, all_.deals)
    plant_figures(made, all_)
    plant_talk(made, all_)
    return [user.login for user in users_by_hand() if user.firm is None]


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
    add_users(made, [user for user in all_.users if user.firm is None])
