"""Passwords: how they are kept, which are refused, and the one-time link that sets a new one."""

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from pwdlib import PasswordHash
from sqlalchemy import update
from sqlmodel import Field, Session, col, select

from core import clock
from core.access import OPERATOR, Actor, Profile
from core.audit import write_entries
from core.db import kernel_session
from core.errors import Invalid, NotFound
from core.fields import ref
from core.i18n import _
from core.people import Credential, Unit, User, Visit
from core.record import Row

SHORTEST, LONGEST = 8, 200
LINK_LIFE = timedelta(hours=24)
HASHER = PasswordHash.recommended()

# What people choose first. Digits and signs around such a word do not make it better.
_FIRST_CHOICES = """
password passwort passwd pass admin administrator root user guest test demo login welcome letmein changeme secret
default master dragon monkey sunshine princess football baseball iloveyou hello world abc abcd abcde abcdef abcdefg
abcdefgh qwerty qwert qwertyuiop asdf asdfgh asdfghjkl zxcv zxcvbn zxcvbnm qaz qazwsx qazwsxedc qwe qweasd
woaini woaiwojia mima nihao woshishui aini iloveu manager company mobile telecom unicom carrier
octant bafang 八方 密码 移动 电信 联通 公司
"""
COMMON = frozenset(_FIRST_CHOICES.split())
_LEET = str.maketrans("013457@$!", "oleastasi")


class Reset(Row, table=True):
    """A one-time link: to a new password, or into a session. It has no access rule: only the sign-in reads it."""

    __tablename__ = "core_reset"
    user_id: int = ref("core_user.id", required=True)
    kind: str = Field(default="password", max_length=12)
    token: str = Field(max_length=80, unique=True)
    created_at: datetime = Field(default_factory=clock.now)
    expires_at: datetime
    used_at: datetime | None = None


@dataclass
class Pen:
    """What the journal asks of a session, for acts that no actor's session may do."""

    actor: Actor
    connection: Any
    info: dict[str, Any] = field(default_factory=dict)


def token_digest(token: str) -> str:
    """What is stored of a token. It has 256 random bits, so a plain digest is enough."""
    return "sha256:" + hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def verified(password: str, secret: str | None) -> tuple[bool, str | None]:
    """Whether the password is right, and a new secret where the old one was made with weaker settings.

    Without a secret the same work is done, so that the time does not tell whether the name exists.
    """
    right, renewed = HASHER.verify_and_update(_bytes(password), secret or nobodys_secret())
    return (right, renewed) if secret else (False, None)


@cache
def nobodys_secret() -> str:
    return HASHER.hash(secrets.token_bytes(32))


def _bytes(password: str) -> bytes:
    """One form for what looks the same: full-width digits and letters are those of another keyboard."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def set_password(user_id: int, password: str, *, by: Actor = OPERATOR) -> None:
    """Check and store a password. Every session and every open link of the user ends. Raises Invalid."""
    check_password(user_id, password)
    store_password(user_id, password, by=by)


def store_password(user_id: int, password: str, *, by: Actor = OPERATOR) -> None:
    """Store a password without judging it: the demo's is the operator's own choice."""
    secret = HASHER.hash(_bytes(password))
    with kernel_session() as session:
        _store(session, user_id, secret, by)


def check_password(user_id: int, password: str) -> None:
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(_("A password has at least {least} and at most {most} characters.", least=SHORTEST, most=LONGEST))
    if is_guessable(password, _words_about(user_id)):
        raise Invalid(
            _("Choose a password that is harder to guess: not a common word, a name or a place with a few digits.")
        )


def is_guessable(password: str, words: set[str]) -> bool:
    """True when little is left of it without digits, signs, common words and the words given."""
    text = unicodedata.normalize("NFKC", password).casefold()
    known = sorted({*COMMON, *(w.casefold() for w in words)}, key=lambda word: (-len(word), word))
    trimmed = text.strip("0123456789!@#$%^&*()-_=+.,;:?/\\|~`'\" ")
    return len(set(text)) < 5 or any(_rest(form, known) < 3 for form in (text, trimmed.translate(_LEET)))


def _rest(text: str, known: list[str]) -> int:
    letters = "".join(character for character in text if character.isalpha())
    for word in known:
        if len(word) >= (2 if word > "\u3000" else 3):
            letters = letters.replace(word, "")
    return len(letters)


def _words_about(user_id: int) -> set[str]:
    """The user's own names, and those of the organisation and its places."""
    with kernel_session(writes=False) as session:
        user = session.get(User, user_id)
        if user is None:
            raise NotFound(_("There is no such user."))
        units = session.exec(select(Unit.name_zh, Unit.name_en)).all()
    own = (user.username, user.name, user.name_en or "", (user.email or "").partition("@")[0])
    places = [name.rstrip("省市区县") for pair in units for name in pair if name]
    return {"".join(c for c in word if c.isalpha()) for word in (*own, *places)} - {""}


def _store(session: Session, user_id: int, secret: str, by: Actor) -> None:
    now = clock.now()
    changed = session.exec(
        update(Credential).where(col(Credential.user_id) == user_id).values(secret=secret, changed_at=now)
    )
    if changed.rowcount == 0:
        session.add(Credential(user_id=user_id, secret=secret))
    end_visits(session, user_id)
    session.exec(update(Reset).where(col(Reset.user_id) == user_id, col(Reset.used_at).is_(None)).values(used_at=now))
    write_entries(Pen(by, session.connection), [("password", "core.user", user_id, {})], None)  # type: ignore[arg-type]


def end_visits(session: Session, user_id: int) -> None:
    open_visits = (col(Visit.user_id) == user_id, col(Visit.ended_at).is_(None))
    session.exec(update(Visit).where(*open_visits).values(ended_at=clock.now()))


# --- the one-time link ----------------------------------------------------------------------------------------


def reset_link(user_id: int, *, by: Actor = OPERATOR) -> str:
    """A token with which the user sets a new password once, within a day. An earlier link ends."""
    token, now = secrets.token_urlsafe(32), clock.now()
    with kernel_session() as session:
        user = session.get(User, user_id)
        if user is None or not user.is_active or user.archived_at is not None:
            raise NotFound(_("There is no such user, or the user is no longer active."))
        is_open = (col(Reset.user_id) == user_id, col(Reset.kind) == "password", col(Reset.used_at).is_(None))
        session.exec(update(Reset).where(*is_open).values(used_at=now))
        session.add(Reset(user_id=user_id, token=token_digest(token), expires_at=now + LINK_LIFE))
        write_entries(Pen(by, session.connection), [("reset_link", "core.user", user_id, {})], None)  # type: ignore[arg-type]
    return token


def reset_user(token: str) -> tuple[int, str]:
    """Id and name of the user whose link this is. Raises NotFound, in the same words whatever is wrong with it."""
    with kernel_session(writes=False) as session:
        statement = select(User.id, User.username).join(Reset, col(Reset.user_id) == User.id).where(*_open(token))
        found = session.exec(statement).first()
    if found is None:
        raise NotFound(_("This link is not valid, or no longer. Ask an administrator for a new one."))
    return found[0], found[1]


def redeem_reset(token: str, password: str) -> None:
    """Set the password that the link's user chose. A refused password leaves the link open for another try."""
    user_id, username = reset_user(token)
    check_password(user_id, password)
    secret = HASHER.hash(_bytes(password))
    with kernel_session() as session:
        used = session.exec(
            update(Reset)
            .where(col(Reset.token) == token_digest(token), col(Reset.used_at).is_(None), col(Reset.kind) == "password")
            .values(used_at=clock.now())
        )
        if used.rowcount != 1:
            raise NotFound(_("This link is not valid, or no longer. Ask an administrator for a new one."))
        _store(session, user_id, secret, Actor(user_id, username, username, Profile(())))


def _open(token: str) -> tuple[Any, ...]:
    is_open = (col(Reset.used_at).is_(None), col(Reset.expires_at) > clock.now())
    is_there = (col(User.is_active).is_(True), col(User.archived_at).is_(None))
    return (col(Reset.token) == token_digest(token), col(Reset.kind) == "password", *is_open, *is_there)
