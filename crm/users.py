"""Users of the carrier and of outside firms, and the roles they hold."""

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from core.access import reference
from core.entity import Entity, Section, Verb
from core.errors import Invalid
from core.i18n import N_, _
from core.people import User, UserRole


def complete(_session: Any, user: User) -> None:
    user.username = user.username.strip().lower()
    if any(sign.isspace() for sign in user.username):
        sentence = _("A user name has no spaces.")
        raise Invalid(sentence, {"username": sentence})


def give_role(session: Any, user: User, *, role_id: int) -> None:
    if _held(session, user, role_id) is None:
        session.add(UserRole(user_id=user.id, role_id=role_id))


def take_role(session: Any, user: User, *, role_id: int) -> None:
    held = _held(session, user, role_id)
    if held is None:
        raise Invalid(_("The user does not have this role."))
    session.delete(held)


def _held(session: Any, user: User, role_id: int) -> UserRole | None:
    found: UserRole | None = session.scalar(
        select(UserRole).where(col(UserRole.user_id) == user.id, col(UserRole.role_id) == role_id)
    )
    return found


def close_door(_session: Any, user: User) -> None:
    user.is_active = False


def open_door(_session: Any, user: User) -> None:
    user.is_active = True


USER = Entity(
    stem="crm.user",
    model=User,
    label=N_("User"),
    plural=N_("Users"),
    rule=reference(),
    key=(User.username, User.name, User.name_en),
    columns=(User.username, User.name, User.name_en, User.unit_id, User.is_active),
    form=(
        Section(N_("Person"), (User.username, User.name, User.name_en, User.unit_id)),
        Section(N_("Contact"), (User.email, User.mobile)),
    ),
    search=(User.username, User.name, User.name_en),
    facets=(User.unit_id, User.is_active),
    order=User.username,
    verbs=(
        Verb("give_role", N_("Give a role"), give_role, fields=(UserRole.role_id,), icon="badge-plus"),
        Verb("take_role", N_("Take a role away"), take_role, fields=(UserRole.role_id,), icon="badge-minus"),
        Verb(
            "close",
            N_("Close the account"),
            close_door,
            offered=lambda user: user.is_active,
            icon="lock",
            tone="danger",
        ),
        Verb(
            "open", N_("Open the account again"), open_door, offered=lambda user: not user.is_active, icon="lock-open"
        ),
    ),
    complete=complete,
)
