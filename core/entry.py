"""The one-time link that signs in somebody of an outside firm, on a phone, without a password.

Like the link to a new password it is a random token of which only the digest is kept. It lives for a short time, works
once, and only for people of outside firms, whose session is short and who see nothing but what was handed over.
"""

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from core import clock
from core.access import Actor
from core.audit import write_entries
from core.db import kernel_session
from core.errors import NotFound
from core.i18n import _
from core.passwords import Pen, Reset, token_digest
from core.people import User, Visit
from core.settings import settings

KIND = "entry"


def entry_link(user_id: int, *, by: Actor) -> str:
    """A token with which the user comes in once. An earlier link ends. Raises NotFound for who is not outside."""
    token, now = secrets.token_urlsafe(32), clock.now()
    with kernel_session() as session:
        user = session.get(User, user_id)
        if user is None or not user.is_active or user.archived_at is not None or user.firm_id is None:
            raise NotFound(_("There is no such user, or the user is no longer active."))
        is_open = (col(Reset.user_id) == user_id, col(Reset.kind) == KIND, col(Reset.used_at).is_(None))
        session.exec(update(Reset).where(*is_open).values(used_at=now))
        session.add(Reset(user_id=user_id, kind=KIND, token=token_digest(token), expires_at=now + life()))
        write_entries(Pen(by, session.connection), [("entry_link", "core.user", user_id, {})], None)  # type: ignore[arg-type]
    return token


def life() -> timedelta:
    return timedelta(minutes=settings().entry_link_minutes)


def entering(token: str) -> str:
    """The name of whoever the link lets in. Looking does not use it up: a messenger's preview looks too."""
    with kernel_session(writes=False) as session:
        found = session.exec(select(User.name).join(Reset, col(Reset.user_id) == User.id).where(*_open(token))).first()
    if found is None:
        raise _gone()
    return found


def enter(token: str, *, address: str, browser: str) -> str:
    """A session's token for the cookie; the link is used up. Raises NotFound, in the same words whatever is wrong."""
    session_token = secrets.token_urlsafe(32)
    with kernel_session() as session:
        user_id = session.exec(select(User.id).join(Reset, col(Reset.user_id) == User.id).where(*_open(token))).first()
        still_open = (col(Reset.token) == token_digest(token), col(Reset.used_at).is_(None))
        used = session.exec(update(Reset).where(*still_open).values(used_at=clock.now()))
        if user_id is None or used.rowcount != 1:
            raise _gone()
        visit = Visit(user_id=user_id, token=token_digest(session_token), address=address[:80], browser=browser[:200])
        session.add(visit)
    return session_token


def _gone() -> NotFound:
    return NotFound(_("This link is not valid, or no longer. Ask whoever sent it for a new one."))


def _open(token: str) -> tuple[Any, ...]:
    return (
        col(Reset.token) == token_digest(token), col(Reset.kind) == KIND, col(Reset.used_at).is_(None),
        col(Reset.expires_at) > clock.now(), col(User.is_active).is_(True), col(User.archived_at).is_(None),
        col(User.firm_id).is_not(None),
    )  # fmt: skip
