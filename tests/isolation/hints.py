"""Reads by written SQL and through conditions: what a filter, an order or a count tells of rows that are hidden."""
# mypy: ignore-errors

from sqlalchemy import *
from sqlalchemy.orm import *

from tests.isolation.base import AT, A, K, T, shape


@shape("count:account")
def scalar_subquery_column(s, v):
    return s.execute(select(literal(1), select(func.count(A.id)).scalar_subquery())).first()[1]


@shape("count:account")
def scalar_subquery_core(s, v):
    return s.execute(select(literal(1), select(func.count(AT.c.id)).scalar_subquery())).first()[1]


@shape("campaign")
def exists_any_inference(s, v):  # may a filter on hidden children tell that they exist?
    hit = s.scalars(select(K).where(K.tasks.any(T.note == "secret A6"))).all()
    return v["campaign"] if bool(hit) == (3 in v["task"]) else {99}


@shape("account")
def exists_core_inference(s, v):
    hit = s.scalar(select(exists().where(AT.c.tax_no == "T6")))
    return v["account"] | ({6} if hit else set())


@shape("task")
def in_subquery_inference(s, v):
    return v["task"] | (
        {3}
        if s.scalars(select(K.id).where(K.id.in_(select(T.campaign_id).where(T.note == "secret A6")))).all()
        else set()
    )


@shape("account")
def raw_text(s, v):
    return set(s.scalars(text("select id from matrix_account")))


@shape("account")
def from_statement_text(s, v):
    return {a.id for a in s.scalars(select(A).from_statement(text("select * from matrix_account")))}


@shape("count:account")
def literal_column_subselect(s, v):
    return s.scalar(select(literal_column("(select count(*) from matrix_account)")))


@shape("account")
def order_by_text_oracle(s, v):  # order by a hidden row's value: order tells
    hidden = "exists(select 1 from matrix_account where tax_no='T6')"
    order = f"(select case when {hidden} then -matrix_campaign.id else matrix_campaign.id end)"
    ids = list(s.scalars(select(K.id).order_by(text(order))))
    return v["account"] | ({6} if ids and ids != sorted(ids) else set())


@shape("account")
def text_in_where(s, v):
    return v["account"] | (
        {6} if s.scalars(select(K.id).where(text("exists(select 1 from matrix_account where id=6)"))).all() else set()
    )


@shape("account")
def exec_driver_sql(s, v):
    return set(s.connection().exec_driver_sql("select id from matrix_account").scalars())


@shape("account")
def text_columns(s, v):
    return set(s.scalars(text("select id from matrix_account").columns(AT.c.id)))


@shape("account")
def sql_function_runs_sql(s, v):
    if s.bind.dialect.name != "postgresql":
        return v["account"]
    x = s.scalar(select(func.query_to_xml("select id from matrix_account", True, False, "").cast(String)))
    import re

    return set(map(int, re.findall(r"<id>(\d+)</id>", x)))
