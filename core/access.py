"""Who may do what to which rows. Every permission question in the product is answered here.

A *permission* is `module.entity.verb`. A role grants it at a *level*; the level turns into one predicate over
the table (`Access`), and `core.wall` puts that predicate wherever the table is named in SQL. A rule is built for
a *profile* (all that decides its shape) and takes the actor's own ids as bound values (`Me`), so that one
compiled statement serves everybody with the same profile and nobody else.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, and_, false, or_, select, true

# Nearly every file that asks for a right names these too: they are told from here.
from core.acting import OPERATOR as OPERATOR
from core.acting import Actor as Actor
from core.acting import Level as Level
from core.acting import Me as Me
from core.acting import Profile as Profile
from core.acting import bind_actor as bind_actor
from core.acting import current as current
from core.acting import demand as demand
from core.clauses import among, either
from core.errors import Unscoped
from core.record import METADATA

Predicate = ColumnElement[bool]
VERBS = ("read", "create", "update", "delete", "unmask")


@dataclass(frozen=True)
class Asker:
    """The question a rule answers: for this profile, this table's columns, at this level, for this verb."""

    profile: Profile
    level: Level
    verb: str

    def at(self, level: Level) -> "Asker":
        return Asker(self.profile, level, self.verb)


Rule = Callable[[Asker, FromClause], Predicate]


@dataclass(frozen=True)
class Contribution:
    """A rule that an upper module adds to an entity: it widens what SHARED, OWN and TEAM reach.

    `inherits` says that children of the record (its key persons, its deals) are widened with it. `columns` are those
    that may be changed in a record which only such a rule opens: none, unless they are named.
    """

    permission: str
    rule: Rule
    inherits: bool = False
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Access:
    """The access rule of one table: its permission stem, and the predicate of a level."""

    stem: str
    rule: Rule
    guards: dict[str, str] = field(default_factory=dict, hash=False)
    is_kernels: bool = False
    is_personal: bool = False


ACCESS: dict[str, Access] = {}
CONTRIBUTIONS: dict[str, list[Contribution]] = {}


def protect(table: Any, stem: str, rule: Rule) -> None:
    """Give a table its rule. `stem` is `module.entity`; guarded columns are read from the declaration."""
    table = getattr(table, "__table__", table)
    guards = {c.name: c.info["guard"] for c in table.columns if c.info.get("guard")}
    ACCESS[table.name] = Access(stem, rule, guards)


def protect_kernel(table: Any, stem: str) -> None:
    """A table that the kernel itself writes beside everybody's changes (journal, search) and nobody else reads."""
    table = getattr(table, "__table__", table)
    ACCESS[table.name] = Access(stem, nobody, is_kernels=True)


def protect_personal(table: Any, stem: str, column: str) -> None:
    """A table of which everybody has rows of their own, whatever their roles: each reads and marks these, no others.

    The kernel makes the rows. A deputy does not get those of whoever is away.
    """
    table = getattr(table, "__table__", table)

    def own(ask: Asker, rows: FromClause) -> Predicate:
        return rows.c[column] == Me.user_id if ask.verb in ("read", "update") else false()

    ACCESS[table.name] = Access(stem, own, is_personal=True)


def contribute(contribution: Contribution) -> None:
    CONTRIBUTIONS.setdefault(contribution.permission, []).append(contribution)


def predicate(profile: Profile, table: FromClause, verb: str, *, name: str) -> Predicate:
    """The rows of `table` (an alias of the table `name`) on which the profile may do the verb."""
    access = ACCESS.get(name)
    if access is None:
        raise Unscoped(f"table {name} has no access rule")
    if access.is_kernels:
        return false() if verb == "read" else true()
    if access.is_personal:
        return access.rule(Asker(profile, Level.OWN, verb), table)
    level = profile.level(f"{access.stem}.{verb}")
    return _at(access, Asker(profile, level, verb), table)


def _at(access: Access, ask: Asker, table: FromClause, *, for_children: bool = False) -> Predicate:
    if ask.level is Level.NONE:
        return false()
    if ask.level is Level.ALL:
        return true()
    given = CONTRIBUTIONS.get(f"{access.stem}.{ask.verb}", []) if ask.level < Level.SUBTREE else []
    widened = [c.rule(ask, table) for c in given if c.inherits or not for_children]
    return or_(false(), access.rule(ask, table), *widened)


def changeable(profile: Profile, stem: str) -> frozenset[str] | None:
    """The columns that the profile may change in the records it reaches; None for all of them.

    At the level SHARED a record is another's, lent for a purpose: only what the lending rules name may change in it.
    """
    permission = f"{stem}.update"
    if profile.level(permission) is not Level.SHARED:
        return None
    return frozenset(name for given in CONTRIBUTIONS.get(permission, []) for name in given.columns)


def owned(*, also: Rule | None = None) -> Rule:
    """Records with an owner and a place. `also` widens OWN and TEAM, e.g. by the account the record belongs to."""

    def rule(ask: Asker, table: FromClause) -> Predicate:
        base = _owner_rule(ask, table)
        return or_(base, also(ask, table)) if also and Level.OWN <= ask.level < Level.SUBTREE else base

    return rule


def _owner_rule(ask: Asker, table: FromClause) -> Predicate:
    if ask.level is Level.SUBTREE and ask.profile.unit_kind:
        place: Any = table.c[f"{ask.profile.unit_kind}_id"]
        return place == Me.place(ask.profile.unit_kind)  # type: ignore[no-any-return]
    if ask.level is Level.TEAM and ask.profile.unit_kind:
        return or_(table.c.unit_id == Me.unit_id, is_me(ask, table.c.owner_id))
    return is_me(ask, table.c.owner_id) if ask.level >= Level.OWN else false()


def is_me(ask: Asker, column: ColumnElement[Any]) -> Predicate:
    """The column names the actor, or somebody whom the actor stands in for today."""
    if not ask.profile.is_standing_in:
        return column == Me.user_id
    away = METADATA.tables["core_deputy"].alias()
    absent = select(away.c.absent_id).where(
        away.c.deputy_id == Me.user_id,
        away.c.starts_on <= Me.today,
        away.c.ends_on >= Me.today,
        away.c.archived_at.is_(None),
    )
    return or_(column == Me.user_id, column.in_(absent))


def nobody(_ask: Asker, _table: FromClause) -> Predicate:
    """No rows at any level but ALL."""
    return false()


def personal(column: str) -> Rule:
    """Rows that belong to one person, at whatever level: saved views, notifications."""
    return lambda ask, table: is_me(ask, table.c[column]) if ask.level >= Level.OWN else false()


def reference(*, outside: bool = False) -> Rule:
    """Configuration that everybody inside reads. Changing it takes the level ALL."""

    def rule(ask: Asker, table: FromClause) -> Predicate:
        reads = ask.verb == "read" and (outside or not ask.profile.is_outside)
        return true() if reads else false()

    return rule


def via(column: str, parent: str, *, of_many: bool = False) -> Rule:
    """Rows that follow a parent record: whoever reaches the parent at this level reaches the child.

    Rows `of_many` parents are read by the hundred thousand. Who sees a whole province sees nearly all of them: SQLite
    is then quicker to look each up among the few parents that are hidden. The parent is there, by the foreign key.
    """

    def rule(ask: Asker, table: FromClause) -> Predicate:
        if ask.level < Level.OWN:
            return false()
        if ask.level < Level.SUBTREE:
            return among(table.c[column], parents(ask, parent))
        held: Predicate = table.c[column].in_(parents(ask, parent))
        if not of_many or ask.level is not Level.SUBTREE or ask.profile.unit_kind != "province":
            return held
        return either(table.c[column].not_in(parents(ask, parent, hidden=True)), held)

    return rule


def through(link: str, mine: str, theirs: str, parent: str) -> Rule:
    """Rows tied to parents by a link table: an activity and its accounts."""

    def rule(ask: Asker, table: FromClause) -> Predicate:
        if ask.level < Level.OWN:
            return false()
        tie = METADATA.tables[link].alias()
        tied = tie.c[theirs].in_(parents(ask, parent))
        tied_rows = select(tie.c[mine]).where(tied, tie.c.archived_at.is_(None))
        return among(table.c.id, tied_rows) if ask.level < Level.SUBTREE else table.c.id.in_(tied_rows)

    return rule


@cache
def parents(ask: Asker, parent: str, *, hidden: bool = False) -> Any:
    """Ids of the parent's rows that the asker reaches at the same level; `hidden`: of all the others.

    Built once: many rules name the same parents, and to build these takes longer than to render them.
    """
    above = METADATA.tables[parent].alias()
    reached = _at(ACCESS[parent], ask, above, for_children=True)
    return select(above.c.id).where(reached.is_not(true()) if hidden else reached)


def all_of(*rules: Rule) -> Rule:
    return lambda ask, table: and_(*(rule(ask, table) for rule in rules))


def any_of(*rules: Rule) -> Rule:
    return lambda ask, table: or_(*(rule(ask, table) for rule in rules))


def table_of(name: str) -> Table:
    """A table by name, for a rule's own sub-select; alias it there."""
    return METADATA.tables[name]
