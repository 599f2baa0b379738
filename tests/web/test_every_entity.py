"""Every registered entity, with no test of its own: made, shown, changed, undone, exported, imported again."""

import itertools
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from core import clock
from core.access import OPERATOR
from core.actors import actor_for
from core.db import get, reading, unit_of_work
from core.entity import Entity
from core.fields import FieldView
from core.record import METADATA
from core.registry import registry
from core.transfer import import_file
from crm.activities import Activity
from crm.exit_tests import SAID, ExitTest
from crm.key_persons import KeyPerson
from crm.playbook.reserving import reserve
from crm.weapons import Weapon
from tests.web.reading import inputs
from tests.web.world import World
from tools.walk import choice_of

ENTITIES = [entity.stem for entity in registry().entities()]
_numbers = itertools.count(1)

# What the general sample cannot know: fields that must agree with each other, or that only some values fit.
SAMPLES: dict[str, Callable[[World], dict[str, str]]] = {
    "crm.weapon_fit": lambda world: {"strength": "2"},
    "crm.unit": lambda world: {"kind": "province", "parent_id": ""},
    "crm.target": lambda world: {"for_unit_id": some_id(world, "core_unit"), "measure": "revenue", "amount": "100"},
    "crm.deputy": lambda world: {"absent_id": str(world.ids["am"]), "deputy_id": str(world.ids["am2"])},
    "agents.staff": lambda world: {
        "user_id": made(world, entity_of("crm.user"), world.client("admin")).rpartition("/")[2]
    },
    "crm.activity": lambda world: {"account_id": str(world.ids["港口"])},
    "crm.reference_client": lambda world: {"agreed_on": clock.today().isoformat()},
    "crm.exit_proof": lambda world: {"test_id": told_in_a_sentence()},
    "campaigns.task": lambda world: {"activity_id": activity_of_an_account(world)},
}
# Made on a page of their own, whose tests fill in its form: here as that page writes them.
WITHOUT_FORM: dict[str, Callable[[World], str]] = {"crm.commitment": lambda world: gift_for_a_person(world)}
FORMS = [stem for stem in ENTITIES if stem not in WITHOUT_FORM]


# Where a right to some records is not one to those of the sample.
MAKERS = {"crm.deputy": ("admin",)}


def activity_of_an_account(world: World) -> str:
    return made(world, entity_of("crm.activity"), world.client("keeper")).rpartition("/")[2]


def told_in_a_sentence() -> str:
    with reading(OPERATOR) as session:
        said = select(col(ExitTest.id)).where(col(ExitTest.proof) == SAID, col(ExitTest.archived_at).is_(None))
        return str(session.scalar(said.limit(1)))


def gift_for_a_person(world: World) -> str:
    """For a person of the client with whom the activity is, and the activity a gift."""
    activity = activity_of_an_account(world)
    with unit_of_work(OPERATOR) as session:
        gift = session.scalars(select(Weapon).where(col(Weapon.compliance) == "GIFT")).one()
        get(session, Activity, int(activity)).weapon_id = gift.id
    with unit_of_work(actor_for("keeper")) as session:
        someone = select(KeyPerson).where(col(KeyPerson.account_id) == world.ids["港口"]).limit(1)
        shares = [(session.scalars(someone).one(), 100)]
        return f"/crm/commitment/{reserve(session, get(session, Activity, int(activity)), shares)[0].id}"


def entity_of(stem: str) -> Entity:
    entity = registry().entity(stem)
    assert entity is not None
    return entity


def sample(world: World, entity: Entity, view: FieldView) -> str:
    """A value that the field takes; what need not be filled in stays empty, but for the record's own texts."""
    if view.target:
        return some_id(world, view.target) if view.required else ""
    if view.choices:
        return view.choices[0]
    if view.kind in ("text", "long_text") and (view.required or view.name in ("name", "code", "name_zh", "subject")):
        return f"{view.name[:6]}-{next(_numbers)}"
    return of_kind(view) if view.required else ""


def of_kind(view: FieldView) -> str:
    day = clock.today() + timedelta(days=next(_numbers))
    return {"number": "1", "money": "12.50", "rate": "5", "date": day.isoformat(), "month": day.strftime("%Y-%m"),
            "flag": "1", "phone": "", "list": ""}.get(view.kind, "")  # fmt: skip


def some_id(world: World, table: str) -> str:
    """A record to refer to, made where there is none."""
    target = METADATA.tables[table]
    with reading(OPERATOR) as session:
        found = session.scalar(select(target.c.id).order_by(target.c.id).limit(1))
    if found is None:
        entity = registry().entity_of_table(table)
        assert entity is not None
        return made(world, entity, maker(world, entity)).rpartition("/")[2]
    return str(found)


def maker(world: World, entity: Entity) -> Any:
    """Somebody who may make records of this kind; the widest right is asked first."""
    if entity.stem in WITHOUT_FORM:
        return world.client("keeper")
    for user in MAKERS.get(entity.stem, ("keeper", "admin", "lead", "am")):
        if world.client(user).get(f"{entity.path}/new").status_code == 200:
            return world.client(user)
    return None


def made(world: World, entity: Entity, client: Any) -> str:
    if entity.stem in WITHOUT_FORM:
        return WITHOUT_FORM[entity.stem](world)
    typed = inputs(client.get(f"{entity.path}/new").text)
    given = SAMPLES[entity.stem](world) if entity.stem in SAMPLES else {}
    typed |= {
        view.name: value
        for view in entity.inputs
        if (value := given[view.name] if view.name in given else sample(world, entity, view))
    }
    answer = client.post(f"{entity.path}/new", data=typed)
    assert answer.status_code == 303, f"{entity.stem}: {answer.status_code} {problems(answer.text)}"
    return str(answer.headers["location"])


def problems(page: str) -> list[str]:
    return re.findall(r'class="err".*?<span>(.*?)</span>', page, re.DOTALL)


def changeable(entity: Entity) -> FieldView | None:
    texts = [
        v for v in entity.inputs if v.kind in ("text", "long_text") and not v.masked and v.name not in ("code", "uscc")
    ]
    return texts[-1] if texts else None


@pytest.mark.parametrize("stem", ENTITIES)
def test_life_of_a_record(world: World, stem: str, tmp_path: Path) -> None:
    entity = entity_of(stem)
    client = maker(world, entity)
    assert client is not None, f"nobody may make a record of {stem}"
    path = made(world, entity, client)
    assert client.get(path).status_code == 200
    assert client.get(entity.path).status_code == 200
    change_and_undo(entity, client, path)
    again(entity, client, tmp_path)


def change_and_undo(entity: Entity, client: Any, path: str) -> None:
    view = changeable(entity)
    if view is None:
        return
    before = inputs(client.get(f"{path}/edit").text)
    after = {**before, view.name: f"changed-{next(_numbers)}"}
    answer = client.post(f"{path}/edit", data=after)
    assert answer.status_code == 303, f"{entity.stem}: {answer.status_code} {problems(answer.text)}"
    history = client.get(f"{path}/history").text
    assert after[view.name] in history
    entry = history.split('name="entry" value="')[1].split('"')[0]
    assert client.post(f"{path}/undo", data={"entry": entry}).status_code == 303
    assert inputs(client.get(f"{path}/edit").text)[view.name] == before[view.name]


def again(entity: Entity, client: Any, folder: Path) -> None:
    """What was exported is, imported again, nothing new."""
    exported = client.post(f"{entity.path}/export.csv")
    if exported.status_code == 403:
        return
    assert exported.status_code == 200
    file = folder / "exported.csv"
    file.write_bytes(exported.content)
    result = import_file(OPERATOR, entity, file, dry_run=True)
    assert (result["created"], result["updated"], result["problems"]) == (0, 0, [])
    assert result["unchanged"] == result["read"] > 0


@pytest.mark.parametrize("stem", FORMS)
def test_what_is_required_is_said_at_its_field(world: World, stem: str) -> None:
    entity = entity_of(stem)
    client = maker(world, entity)
    assert client is not None
    required = [view for view in entity.inputs if view.required]
    typed = {**inputs(client.get(f"{entity.path}/new").text), **{view.name: "" for view in required}}
    if not required:
        return
    answer = client.post(f"{entity.path}/new", data=typed)
    assert answer.status_code == 422
    assert answer.text.count('class="err"') >= len(required), problems(answer.text)


@pytest.mark.parametrize("stem", ENTITIES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_list_and_new_form_are_in_both_languages(world: World, stem: str, lang: str) -> None:
    from core.i18n import translate

    entity = entity_of(stem)
    client = maker(world, entity)
    assert client is not None
    client.cookies.set("octant_lang", lang)
    page = client.get(entity.path).text
    assert translate(entity.plural, lang) in page
    assert f'lang="{"zh-Hans-CN" if lang == "zh" else "en"}"' in page


# Who reads what a keeper does not.
READER = {"reports.schedule": "am", "reports.schedule_reader": "am"}


@pytest.mark.parametrize("stem", [stem for stem in ENTITIES if entity_of(stem).facets])
def test_every_facet_narrows_the_list(world: World, stem: str) -> None:
    entity, client = entity_of(stem), world.client(READER.get(stem, "keeper"))
    for facet in entity.facets:
        answer = client.get(f"{entity.path}?{facet.key.removesuffix('_id')}={choice_of(facet)}")
        assert answer.status_code == 200, f"{facet.key}: {problems(answer.text)}"
