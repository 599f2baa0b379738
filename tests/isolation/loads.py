"""Reads by the session itself: what it loads one by one, lazily, eagerly, or once more."""
# mypy: ignore-errors

from sqlalchemy import *
from sqlalchemy.orm import *

from core.db import ActorSession
from tests.isolation.base import A, C, K, T, shape
from tests.isolation.world import actors


@shape("account")
def orm_get_each(s, v):
    return {i for i in range(1, 9) if s.get(A, i)}


@shape("account")
def orm_get_after_sudo_preload(s, v):
    # privileged code loaded rows into the same session first: identity map answers without SQL
    with ActorSession(actors()[1], writes=False) as other:
        list(other.scalars(select(A)))
    mine = s.info["actor"]
    s.info["actor"] = actors()[1]
    keep = list(s.scalars(select(A)))
    s.info["actor"] = mine
    return {i for i in range(1, 9) if s.get(A, i)} | {a.id for a in keep}


@shape("account")
def legacy_query(s, v):
    return {a.id for a in s.query(A).all()}


@shape("count:account")
def legacy_query_count(s, v):
    return s.query(A).count()


@shape("account")
def legacy_query_get(s, v):
    return {i for i in range(1, 9) if s.query(A).get(i)}


@shape("account")
def lazy_many_to_one_parent(s, v):
    return {a.parent.id for a in s.scalars(select(A)) if a.parent} - {None} | v["account"]


@shape("account")
def lazy_m2o_from_task(s, v):
    return {t.account.id for t in s.scalars(select(T)) if t.account} | v["account"]


@shape("task")
def lazy_collection(s, v):
    return {t.id for k in s.scalars(select(K)) for t in k.tasks}


@shape("task")
def joinedload_collection(s, v):
    return {t.id for k in s.scalars(select(K).options(joinedload(K.tasks))).unique() for t in k.tasks}


@shape("task")
def selectinload_collection(s, v):
    return {t.id for k in s.scalars(select(K).options(selectinload(K.tasks))) for t in k.tasks}


@shape("task")
def subqueryload_collection(s, v):
    return {t.id for k in s.scalars(select(K).options(subqueryload(K.tasks))) for t in k.tasks}


@shape("account")
def joinedload_parent(s, v):
    return {a.parent.id for a in s.scalars(select(A).options(joinedload(A.parent))) if a.parent} | v["account"]


@shape("account")
def two_hop_eager(s, v):
    return {
        t.account.id
        for k in s.scalars(select(K).options(selectinload(K.tasks).joinedload(T.account)))
        for t in k.tasks
        if t.account
    } | v["account"]


@shape("task")
def contains_eager_join(s, v):
    return {t.id for k in s.scalars(select(K).join(K.tasks).options(contains_eager(K.tasks))).unique() for t in k.tasks}


@shape("contact")
def with_parent_filter(s, v):
    a = A(id=5, name="x", owner_id=6)
    make_transient_to_detached(a)
    return set(s.scalars(select(C.id).where(with_parent(a, A.contacts)))) | v["contact"]


@shape("maxcount:contact")
def column_property_count(s, v):
    return sum(a.contact_count for a in s.scalars(select(A).options(undefer(A.contact_count))))


@shape("account")
def detached_refresh(s, v):
    a = A(id=6, name="x", owner_id=6)
    make_transient_to_detached(a)
    s.add(a)
    s.refresh(a)
    return v["account"] | ({6} if a.name == "A6" else set())


@shape("account")
def expired_attribute_load(s, v):
    a = A(id=6, name="x", owner_id=6)
    make_transient_to_detached(a)
    s.add(a)
    s.expire(a)
    return v["account"] | ({6} if a.name == "A6" else set())


@shape("account")
def merge_reads_hidden(s, v):
    o = s.merge(A(id=6))
    return v["account"] | ({6} if "name" in o.__dict__ and o.name == "A6" else set())


@shape("contact")
def deferred_then_lazy(s, v):
    a = A(id=6, name="x", owner_id=6)
    make_transient_to_detached(a)
    s.add(a)
    return {c.id for c in a.contacts} | v["contact"]


@shape("account")
def load_only_cols(s, v):
    return {a.id for a in s.scalars(select(A).options(load_only(A.name)))}
