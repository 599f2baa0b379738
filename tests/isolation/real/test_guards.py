"""A guarded value cannot be learned by asking around it: by filter, order, group, search or a write."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlmodel import col

from agents.firms import FIRM
from core.access import OPERATOR, Actor, Level
from core.actors import actor_for
from core.db import ActorSession, reading, unit_of_work
from core.entity import Entity
from core.errors import Forbidden, Invalid, Unscoped
from core.history import history
from core.lists import Query, count, page
from core.totals import totals
from crm.accounts import Account
from crm.contracts import CONTRACT
from crm.key_persons import KEY_PERSON, KeyPerson
from tests.isolation.real.rows import World

GUARDED = [(KEY_PERSON, "mobile"), (KEY_PERSON, "phone"), (KEY_PERSON, "email"), (FIRM, "contact_phone")]
NUMBER = "13812340001"  # of the first person, whom the executive reads and may not call


@pytest.fixture
def executive(world: World) -> Actor:
    return actor_for("executive")


@pytest.mark.parametrize(("entity", "name"), GUARDED)
def test_a_list_is_neither_filtered_nor_sorted_nor_grouped_by_it(executive: Actor, entity: Entity, name: str) -> None:
    with reading(executive) as session:
        for query in (Query(filters={name: (NUMBER,)}), Query(filters={name: ("-",)}), Query(sort=name)):
            with pytest.raises(Invalid):
                page(session, entity, query)
        with pytest.raises(Invalid):
            totals(session, entity, by=(name,))
        with pytest.raises(Invalid):
            totals(session, entity, total=name)
        assert name not in {column.key for column in (*entity.facets, *entity.sums)}


@pytest.mark.parametrize("words", [NUMBER, NUMBER[3:7], NUMBER[:7], "client.example", "p1"])
def test_search_does_not_find_by_what_the_mask_hides(executive: Actor, words: str) -> None:
    with unit_of_work(OPERATOR, clear=True) as session:
        session.get_one(KeyPerson, 1).name = "Somebody"  # puts the person into the search index
    with reading(executive) as session:
        assert count(session, KEY_PERSON, Query(words="Somebody")) == 1
        assert count(session, KEY_PERSON, Query(words=words)) == 0


def test_a_comparison_compares_the_mask(executive: Actor) -> None:
    number: Any = KeyPerson.mobile
    with reading(executive) as session:
        for condition in (number == NUMBER, number.like("1381%"), number.between(NUMBER, NUMBER), number.in_([NUMBER])):
            assert session.scalars(select(col(KeyPerson.id)).where(condition)).all() == []


def test_order_and_groups_and_the_greatest_are_of_masks(executive: Actor) -> None:
    number: Any = KeyPerson.mobile
    with reading(executive) as session:
        assert "****" in (session.scalar(select(func.max(number))) or "")
        groups = session.execute(select(number, func.count()).group_by(number)).all()
        assert groups != []
        assert all("****" in str(number) for number, _n in groups)


def test_order_is_the_order_of_the_masks(executive: Actor) -> None:
    email: Any = KeyPerson.email
    with reading(executive) as session:
        by_mail = session.scalars(select(col(KeyPerson.id)).order_by(email, col(KeyPerson.id))).all()
        assert by_mail == sorted(by_mail)


def test_a_write_is_not_steered_by_it(world: World) -> None:
    """Not even by those who see it: the count of rows would tell others."""
    with ActorSession(actor_for("keeper"), writes=True) as session:
        session.connection().info["may_write"] = True
        with pytest.raises(Unscoped):
            session.connection().execute(update(KeyPerson).where(KeyPerson.mobile == NUMBER).values(name="found"))  # type: ignore[arg-type]


def test_who_sees_a_mask_cannot_write_over_it(world: World) -> None:
    scribe = _scribe()
    with pytest.raises(Unscoped), unit_of_work(scribe) as session:
        session.get_one(KeyPerson, 1).mobile = "13900000000"
    with pytest.raises(Forbidden), unit_of_work(scribe, clear=True) as session:
        session.get_one(KeyPerson, 1).mobile = "13900000000"


def test_a_write_does_not_carry_it_into_an_open_column(world: World) -> None:
    """By an expression, which the database would fill in."""
    with pytest.raises((Unscoped, TypeError)), unit_of_work(_scribe()) as session:
        session.get_one(KeyPerson, 2).post = KeyPerson.mobile
    with reading(OPERATOR) as session:
        assert session.get_one(KeyPerson, 2).post is None


def test_history_hides_a_mail_address_whole(executive: Actor) -> None:
    with unit_of_work(actor_for("keeper"), clear=True) as session:
        session.get_one(KeyPerson, 3).email = "somebody@client.example"
    with reading(executive) as session:
        shown = [change.fields["email"] for change in history(session, KEY_PERSON, 3) if "email" in change.fields]
    assert shown == [["****", "****"]]


def test_the_name_of_a_hidden_account_does_not_find_what_hangs_on_it(world: World) -> None:
    """Whoever owns a contract with a hidden account would spell out its name, letter by letter."""
    own = next(key for key, row in world.rows["crm_contract"].items() if row["owner_id"] == world.users["am1"])
    hidden = world.rows["crm_contract"][own]["account_id"]
    with unit_of_work(OPERATOR) as session:
        session.get_one(Account, hidden).name = "Zebra Works"
    with reading(OPERATOR) as session:
        assert count(session, CONTRACT, Query(words="zebra")) > 0
    with reading(actor_for("am1")) as session:
        assert session.get(CONTRACT.model, own) is not None
        assert count(session, CONTRACT, Query(words="zeb")) == 0


def _scribe() -> Actor:
    """Reads and changes everybody, and sees no number clear."""
    keeper = actor_for("keeper")
    grants = (("*.read", Level.ALL), ("crm.key_person.update", Level.ALL))
    return replace(keeper, profile=replace(keeper.profile, grants=grants))
