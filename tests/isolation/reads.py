"""Reads by statements: each returns the ids it got (or a number); what it asks for is its name."""
# mypy: ignore-errors

from sqlalchemy import *
from sqlalchemy.orm import *

from core.db import ActorSession
from tests.isolation.base import AT, CT, A, C, T, shape
from tests.isolation.world import actors


@shape("account")
def orm_entity(s, v):
    return {a.id for a in s.scalars(select(A))}


@shape("account")
def orm_columns(s, v):
    return set(s.scalars(select(A.id)))


@shape("count:account")
def count_select_from(s, v):
    return s.scalar(select(func.count()).select_from(A))


@shape("count:account")
def count_column(s, v):
    return s.scalar(select(func.count(A.id)))


@shape("sum")
def sum_mrr(s, v):
    return s.scalar(select(func.sum(A.mrr))) or 0


@shape("count:account")
def group_by_total(s, v):
    return sum(n for _, n in s.execute(select(A.team_id, func.count()).group_by(A.team_id)))


@shape("account")
def alias_entity(s, v):
    a = aliased(A)
    return {x.id for x in s.scalars(select(a))}


@shape("account")
def core_table_via_session(s, v):
    return set(s.scalars(select(AT.c.id)))


@shape("account")
def core_table_via_connection(s, v):
    return set(s.connection().scalars(select(AT.c.id)))


@shape("count:account")
def core_count_table(s, v):
    return s.scalar(select(func.count()).select_from(AT))


@shape("account")
def orm_via_connection(s, v):
    return set(s.connection().execute(select(A.id)).scalars())


@shape("account")
def core_alias_join(s, v):
    t = AT.alias("zz")
    return set(s.scalars(select(t.c.id).join(CT, CT.c.account_id == t.c.id)))


@shape("account")
def lightweight_table(s, v):
    return set(s.scalars(select(column("id")).select_from(table("matrix_account", column("id")))))


@shape("account")
def reflected_other_metadata(s, v):
    m = MetaData()
    t = Table("matrix_account", m, Column("id", Integer))
    return set(s.scalars(select(t.c.id)))


@shape("account")
def schema_qualified(s, v):
    m = MetaData()
    sch = "main" if s.bind.dialect.name == "sqlite" else "public"
    t = Table("matrix_account", m, Column("id", Integer), schema=sch)
    return set(s.scalars(select(t.c.id)))


@shape("contact")
def join_orm(s, v):
    return {r[0] for r in s.execute(select(C.id, A.name).join(A))}


@shape("contact")
def join_core_in_orm(s, v):
    return set(s.scalars(select(CT.c.id).select_from(join(AT, CT))))


@shape("account")
def outer_join_names(s, v):
    return {r[1] for r in s.execute(select(T.id, A.id).outerjoin(A, A.id == T.account_id)) if r[1]} | v["account"]


@shape("account")
def union_toplevel(s, v):
    return set(s.scalars(union(select(A.id).where(A.id < 5), select(A.id).where(A.id >= 5))))


@shape("account")
def union_from_statement(s, v):
    return {
        a.id
        for a in s.scalars(select(A).from_statement(union_all(select(A).where(A.id < 5), select(A).where(A.id >= 5))))
    }


@shape("account")
def union_subquery_entity(s, v):
    u = aliased(A, union_all(select(A).where(A.id < 5), select(A).where(A.id >= 5)).subquery())
    return {a.id for a in s.scalars(select(u))}


@shape("account")
def cte_plain(s, v):
    c = select(A.id).cte("c")
    return set(s.scalars(select(c.c.id)))


@shape("account")
def cte_core(s, v):
    c = select(AT.c.id).cte("c")
    return set(s.scalars(select(c.c.id)))


@shape("account")
def cte_recursive_group_tree(s, v):
    c = select(A.id, A.parent_id).where(A.id.in_(v["account"] or {0})).cte("tree", recursive=True)
    p = aliased(A)
    c = c.union(select(p.id, p.parent_id).join(c, p.id == c.c.parent_id))
    return set(s.scalars(select(c.c.id)))


@shape("count:account")
def window_function(s, v):
    r = s.execute(select(A.id, func.count().over())).all()
    return r[0][1] if r else 0


@shape("account")
def stream_yield_per(s, v):
    return {a.id for part in s.scalars(select(A).execution_options(yield_per=2)).partitions() for a in part}


@shape("account")
def for_update(s, v):
    return {a.id for a in s.scalars(select(A).with_for_update())}


@shape("account")
def distinct_limit_offset(s, v):
    return set(s.scalars(select(A.id).distinct().order_by(A.id).limit(100).offset(0)))


@shape("account")
def values_join(s, v):
    if s.bind.dialect.name == "sqlite":
        return v["account"]
    vv = values(column("i", Integer), name="vv").data([(i,) for i in range(1, 9)])
    return set(s.scalars(select(A.id).join(vv, vv.c.i == A.id)))


@shape("account")
def bundle(s, v):
    return {r[0].id for r in s.execute(select(Bundle("b", A.id, A.name)))}


@shape("account")
def lambda_stmt_shape(s, v):
    from sqlalchemy import lambda_stmt

    return set(s.scalars(lambda_stmt(lambda: select(A.id))))


@shape("account")
def compile_cache_switch(s, v):  # same statement first run by the executive, then by this user
    st = select(A.id)
    with ActorSession(actors()[2], writes=False) as other:
        assert len(other.scalars(st).all()) == 8
    return set(s.scalars(st))
