"""Who takes part in an activity, on its page: further clients, their people, and colleagues beside the owner."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import literal, null, select, union_all
from sqlmodel import col

from core.db import ActorSession
from core.i18n import N_, _
from core.module import Panel
from core.people import User
from crm.accounts import ACCOUNT, Account
from crm.activities import Activity
from crm.activity_links import ActivityAccount, ActivityPerson, ActivityUser
from crm.activity_verbs import ACTIVITY
from crm.key_persons import KEY_PERSON, KeyPerson
from web.kit.rendering import render
from web.kit.views import Link

# Few people and colleagues are read before many clients, so that what is left out are clients.
PEOPLE, OURS, CLIENTS = 1, 2, 3
LABELS = {CLIENTS: N_("Further clients"), PEOPLE: N_("Key persons"), OURS: N_("Colleagues")}
MOST = 120


@dataclass(frozen=True, kw_only=True)
class Group:
    label: str
    names: tuple[Link, ...]


def panels() -> tuple[Panel, ...]:
    return (Panel(ACTIVITY.stem, draw, ACTIVITY.permission("read"), order=8),)


def draw(session: ActorSession, activity: Activity) -> str:
    """Nothing for people of outside firms, and nothing where only the client and the owner are known."""
    if session.actor.profile.is_outside:
        return ""
    found = rows(session, activity.id)
    groups = [
        Group(label=_(label), names=tuple(link(row) for row in found[:MOST] if row.kind == kind))
        for kind, label in LABELS.items()
    ]
    named = [group for group in groups if group.names]
    return render("crm/activity/taking_part.html", groups=named, is_more=len(found) > MOST) if named else ""


def rows(session: ActorSession, key: int) -> list[Any]:
    """All of them in one statement, and one more than is shown."""
    ties: tuple[tuple[int, Any, Any, Any, Any], ...] = (
        (PEOPLE, ActivityPerson, ActivityPerson.person_id, KeyPerson, KeyPerson.post),
        (OURS, ActivityUser, ActivityUser.user_id, User, null()),
        (CLIENTS, ActivityAccount, ActivityAccount.account_id, Account, null()),
    )
    may = {
        PEOPLE: session.actor.may(KEY_PERSON.permission("read")),
        CLIENTS: session.actor.may(ACCOUNT.permission("read")),
    }
    asked = [
        select(
            literal(kind).label("kind"), col(named.id).label("id"), col(named.name).label("name"), post.label("post")
        )
        .join(tie, col(tie_to) == col(named.id))
        .where(col(tie.activity_id) == key, col(tie.archived_at).is_(None))
        for kind, tie, tie_to, named, post in ties
        if may.get(kind, True)
    ]
    every = union_all(*asked).subquery()
    return list(session.execute(select(every).order_by(every.c.kind, every.c.name, every.c.id).limit(MOST + 1)))


def link(row: Any) -> Link:
    text = _("{name} ({post})", name=row.name, post=row.post) if row.post else str(row.name)
    path = {PEOPLE: KEY_PERSON.path, CLIENTS: ACCOUNT.path}.get(row.kind, "")
    return Link(text=text, href=f"{path}/{row.id}" if path else "")
