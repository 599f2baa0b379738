"""Access rules of this module that the kernel's own do not cover, and what co-owners are given."""

from typing import Any

from sqlalchemy import FromClause, and_, false, or_, select

from core.access import (
    Asker,
    Contribution,
    Level,
    Me,
    Predicate,
    Rule,
    all_of,
    any_of,
    is_me,
    owned,
    parents,
    personal,
    via,
)
from core.record import METADATA

# Records that notes, files and tags may hang on: stem -> table.
ABOUT = {
    "crm.account": "crm_account",
    "crm.key_person": "crm_key_person",
    "crm.opportunity": "crm_opportunity",
    "crm.activity": "crm_activity",
    "crm.contract": "crm_contract",
    "crm.tender": "crm_tender",
}


def about(ask: Asker, table: FromClause) -> Predicate:
    """Rows about any kind of record (`entity`, `record_id`): whoever reaches the record reaches the row."""
    if ask.level < Level.OWN:
        return false()
    return or_(*(_about_one(ask, table, stem, name) for stem, name in ABOUT.items()))


def about_or_note(ask: Asker, table: FromClause) -> Predicate:
    """The same for files, which may also hang on a note."""
    if ask.level < Level.OWN:
        return false()
    return or_(about(ask, table), _about_one(ask, table, "crm.note", "crm_note"))


def _about_one(ask: Asker, table: FromClause, stem: str, name: str) -> Predicate:
    return and_(table.c.entity == stem, table.c.record_id.in_(parents(ask, name)))


def co_owned(ask: Asker, table: FromClause) -> Predicate:
    """Accounts on which the actor is a co-owner. Outside users own nothing."""
    if ask.profile.is_outside or ask.level < Level.OWN:
        return false()
    tie = METADATA.tables["crm_account_coowner"].alias()
    mine = select(tie.c.account_id).where(is_me(ask, tie.c.user_id), tie.c.archived_at.is_(None))
    return table.c.id.in_(mine)


# `create` is for what is written below an account: an account itself has no co-owner yet when it is made.
CO_OWNERS = tuple(
    Contribution(f"crm.account.{verb}", co_owned, inherits=True) for verb in ("read", "create", "update", "unmask")
)


def by_verb(*, read: Rule, write: Rule) -> Rule:
    return lambda ask, table: (write if ask.verb in ("create", "update", "delete") else read)(ask, table)


def _own(column: str, parent: str, rule: Rule) -> Rule:
    """Rows below the parents that the rule itself reaches, without what ties give."""

    def below(ask: Asker, table: FromClause) -> Predicate:
        above = METADATA.tables[parent].alias()
        return table.c[column].in_(select(above.c.id).where(rule(ask, above)))

    return below


# A row that gives access must not be the reason why it may be written, or it would grant itself: who co-owns an
# account is said by those who reach it as owner or by their unit; an activity is tied to accounts by its own people.
co_ownership = by_verb(read=via("account_id", "crm_account"), write=_own("account_id", "crm_account", owned()))
links = by_verb(
    read=any_of(via("activity_id", "crm_activity"), via("account_id", "crm_account")),
    write=all_of(
        _own("activity_id", "crm_activity", owned(also=via("account_id", "crm_account"))),
        via("account_id", "crm_account"),
    ),
)
people = by_verb(
    read=via("activity_id", "crm_activity"),
    write=all_of(via("activity_id", "crm_activity"), via("person_id", "crm_key_person")),
)
# Where somebody was is noted by that person alone.
check_ins = by_verb(
    read=via("activity_id", "crm_activity"), write=all_of(via("activity_id", "crm_activity"), personal("user_id"))
)
mentions = by_verb(read=any_of(via("note_id", "crm_note"), personal("user_id")), write=via("note_id", "crm_note"))


def deputies(ask: Asker, table: FromClause) -> Predicate:
    """Both sides see it; who is away names the deputy, so that a deputy cannot pass the right on.

    A lead sees those of the people below, and names one of them for another: nobody from elsewhere is let in.
    """
    if ask.level < Level.OWN:
        return false()
    kind, own, stands_in = ask.profile.unit_kind, table.c.absent_id == Me.user_id, table.c.deputy_id == Me.user_id
    if ask.level is not Level.SUBTREE or kind is None:
        return or_(own, stands_in) if ask.verb == "read" else own
    absent_is_below = table.c.absent_id.in_(_people_below(kind))
    if ask.verb == "read":
        return or_(stands_in, absent_is_below)
    return or_(own, and_(absent_is_below, table.c.deputy_id.in_(_people_below(kind))))


def aimed(ask: Asker, table: FromClause) -> Predicate:
    """Targets of a unit or a person: one's own and one's unit's; with a wider level those of all below."""
    if ask.level < Level.OWN:
        return false()
    kind = ask.profile.unit_kind
    if ask.level is Level.SUBTREE and kind:
        return or_(
            table.c.for_unit_id.in_(_below("core_unit", "id", kind)), table.c.for_user_id.in_(_people_below(kind))
        )
    own = is_me(ask, table.c.for_user_id)
    return or_(own, table.c.for_unit_id == Me.unit_id) if ask.verb == "read" else own


def _below(name: str, column: str, kind: str) -> Any:
    unit = METADATA.tables[name].alias()
    return select(unit.c[column]).where(unit.c[f"{kind}_id"] == Me.place(kind))


def _people_below(kind: str) -> Any:
    user = METADATA.tables["core_user"].alias()
    return select(user.c.id).where(user.c.unit_id.in_(_below("core_unit", "id", kind)))
