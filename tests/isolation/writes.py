"""Writes that reach beyond the actor; judged from outside by what changed, not by the answer."""
# mypy: ignore-errors

from sqlalchemy import *
from sqlalchemy.orm import *

from core.db import ActorSession
from core.people import Deputy, User
from tests.isolation.base import AT, CT, A, C, K, T, shape
from tests.isolation.oracle import writable_accounts
from tests.isolation.world import TOMORROW, YESTERDAY, Handover, actors


@shape("write")
def bulk_update_orm(s, v):
    s.execute(update(A).values(name="HACK").where(A.id == 6))


@shape("write")
def bulk_update_all(s, v):
    s.execute(update(A).values(name="HACK"))


@shape("write")
def bulk_update_by_pk_list(s, v):
    s.execute(update(A), [{"id": 6, "name": "HACK"}])


@shape("write")
def bulk_delete_orm(s, v):
    s.execute(delete(C).where(C.account_id == 6))


@shape("write")
def core_update_session(s, v):
    s.execute(AT.update().values(name="HACK").where(AT.c.id == 6))


@shape("write")
def core_update_connection(s, v):
    s.connection().execute(AT.update().values(name="HACK").where(AT.c.id == 6))


@shape("write")
def core_delete_connection(s, v):
    s.connection().execute(CT.delete())


@shape("write")
def legacy_query_update(s, v):
    s.query(A).filter(A.id == 6).update({"name": "HACK"})


@shape("write")
def legacy_query_delete(s, v):
    s.query(C).delete()


@shape("write")
def flush_forged_detached(s, v):
    a = A(id=6, name="A6", owner_id=6)
    make_transient_to_detached(a)
    s.add(a)
    a.name = "HACK"
    s.flush()


@shape("write")
def flush_delete_forged(s, v):
    c = C(id=60, name="", phone="", account_id=6)
    make_transient_to_detached(c)
    s.add(c)
    s.delete(c)
    s.flush()


@shape("write")
def merge_hidden(s, v):
    s.merge(A(id=6, name="HACK", owner_id=6))
    s.flush()


@shape("write")
def insert_child_of_hidden(s, v):
    s.add(C(name="HACK", phone="1", account_id=6))
    s.flush()


@shape("write")
def insert_row_for_other(s, v):
    s.add(A(name="HACK", owner_id=6))
    s.flush()


@shape("write")
def move_child_to_hidden(s, v):
    c = s.scalars(select(C)).first()
    if c:
        c.account_id = 6
        c.name = "HACK"
        s.flush()


@shape("write")
def give_away_own_row(s, v):
    a = s.scalars(select(A)).first()
    if a:
        a.owner_id = 6
        a.name = "HACK"
        s.flush()


@shape("write")
def agent_edits_handed_account(s, v):  # may read, may not write
    a = s.get(A, 7)
    if a:
        a.name = "HACK"
        s.flush()


@shape("write")
def core_insert(s, v):
    s.connection().execute(CT.insert().values(name="HACK", phone="1", account_id=6))


@shape("write")
def orm_bulk_insert(s, v):
    s.execute(insert(C), [dict(name="HACK", phone="1", account_id=6)])


@shape("write")
def bulk_save_objects(s, v):
    s.bulk_save_objects([C(name="HACK", phone="1", account_id=6)])
    s.flush()


@shape("write")
def bulk_update_mappings(s, v):
    s.bulk_update_mappings(A, [dict(id=6, name="HACK")])
    s.flush()


@shape("write")
def bulk_insert_mappings(s, v):
    s.bulk_insert_mappings(C, [dict(name="HACK", phone="1", account_id=6)])
    s.flush()


@shape("write")
def upsert(s, v):
    mod = __import__(f"sqlalchemy.dialects.{s.bind.dialect.name}", fromlist=["insert"])
    st = (
        mod.insert(AT)
        .values(id=6, name="HACK", owner_id=s.actor.user_id)
        .on_conflict_do_update(index_elements=["id"], set_=dict(name="HACK"))
    )
    s.execute(st)


@shape("write")
def insert_from_select_steal(s, v):
    s.execute(
        insert(C).from_select(
            ["name", "phone", "account_id"],
            select(literal("HACK"), C.phone, A.id).select_from(A).where(A.id == 6, C.id == 60),
        )
    )


@shape("write")
def update_set_from_hidden(s, v):  # copy a hidden phone into a row one owns
    own = next(iter(writable_accounts(s.actor.user_id)), None)
    if own:
        s.execute(update(A).where(A.id == own).values(name=select(C.phone).where(C.id == 60).scalar_subquery()))


@shape("write")
def grant_self_scope(s, v):
    s.add(Deputy(absent_id=6, deputy_id=s.actor.user_id, starts_on=YESTERDAY, ends_on=TOMORROW))
    s.flush()


@shape("write")
def grant_self_handover(s, v):
    s.add(Handover(account_id=6, agent_id=s.actor.user_id, until=TOMORROW))
    s.flush()


@shape("write")
def make_self_admin(s, v):
    s.execute(update(User).where(User.id == s.actor.user_id).values(unit_id=3))


@shape("write")
def raw_text_update(s, v):
    s.execute(text("update matrix_account set name='HACK' where id=6"))
