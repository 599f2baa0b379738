"""Shapes that take the raw driver cursor. A lint refuses them in the product, which is how they are held."""
# mypy: ignore-errors

from sqlalchemy import *
from sqlalchemy.orm import *

from core.db import ActorSession
from core.people import Deputy, User
from tests.isolation.base import AT, CT, A, C, K, T, shape
from tests.isolation.oracle import writable_accounts
from tests.isolation.world import TOMORROW, YESTERDAY, Handover, actors


@shape("account")
def raw_dbapi_cursor(s, v):
    cur = s.connection().connection.cursor()
    cur.execute("select id from matrix_account")
    return {r[0] for r in cur.fetchall()}


@shape("write")
def raw_cursor_update(s, v):
    s.connection().connection.cursor().execute("update matrix_account set name='HACK' where id=6")


@shape("write")
def drop_the_wall(s, v):  # raw SQL tries to take the wall down
    c = s.connection().connection.cursor()
    if s.bind.dialect.name == "sqlite":
        for n in ("w_account_UPDATE_OLD", "w_account_UPDATE_NEW"):
            c.execute(f"drop trigger if exists temp.{n}")
    else:
        c.execute("alter table matrix_account disable row level security")
    c.execute("update matrix_account set name='HACK' where id=6")


@shape("account")
def raise_own_principal(s, v):  # raw SQL sets itself to all=1 (PG: the known weakness of GUC-held identity)
    c = s.connection().connection.cursor()
    if s.bind.dialect.name == "postgresql":
        c.execute("select set_config('app.all','1',true)")
    c.execute("select id from matrix_account")
    return {r[0] for r in c.fetchall()}


@shape("count:account")
def raw_count_star(s, v):
    c = s.connection().connection.cursor()
    c.execute("select count(*) from matrix_account")
    return c.fetchone()[0]


@shape("count:account")
def raw_count_star_qualified(s, v):
    c = s.connection().connection.cursor()
    c.execute("select count(*) from %s.matrix_account" % ("main" if s.bind.dialect.name == "sqlite" else "public"))
    return c.fetchone()[0]


@shape("account")
def raw_attach_or_copy(s, v):
    c = s.connection().connection.cursor()
    if s.bind.dialect.name == "sqlite":
        c.execute("attach database ? as x", (s.bind.url.database,))
        c.execute("select id from x.matrix_account")
    else:
        with c.copy("copy (select id from matrix_account) to stdout") as cp:
            return {int(r[0]) for r in cp.rows()}
    return {r[0] for r in c.fetchall()}


@shape("account")
def raw_pragma_or_catalog(s, v):
    c = s.connection().connection.cursor()
    if s.bind.dialect.name == "sqlite":
        c.execute("pragma writable_schema=1")
        c.execute("select rootpage from sqlite_master")
    else:
        c.execute("select most_common_vals::text from pg_stats where tablename='matrix_account' and attname='tax_no'")
        return v["account"] | ({6} if any("T6" in (r[0] or "") for r in c.fetchall()) else set())
    return v["account"] | {99}
