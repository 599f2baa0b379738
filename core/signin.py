"""Signing in by name and password, with tries slowed down, and the sessions that follow from it."""

import ipaddress
import secrets
import threading
from datetime import datetime, timedelta
from itertools import takewhile

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from core import clock
from core.access import Actor
from core.actors import actor_by_id as actor_by_id
from core.actors import actor_for as actor_for
from core.actors import actor_of as actor_of
from core.actors import is_alive
from core.db import kernel_session
from core.errors import DomainError
from core.i18n import _
from core.passwords import check_password as check_password
from core.passwords import end_visits, token_digest, verified
from core.passwords import redeem_reset as redeem_reset
from core.passwords import reset_link as reset_link
from core.passwords import reset_user as reset_user
from core.passwords import set_password as set_password
from core.passwords import store_password as store_password
from core.people import Attempt, Credential, User, Visit

# A branch office goes out through one address, so an address has more tries than a name.
FREE_TRIES, FREE_TRIES_ADDRESS = 5, 30
FIRST_DELAY, LONGEST_DELAY = 30, 900
NAME_WINDOW, ADDRESS_WINDOW = timedelta(days=1), timedelta(hours=1)
KEEP_ATTEMPTS = timedelta(days=180)

# One try at a time per lane: a burst of tries for one name cannot all pass the throttle before the first has
# failed, and no more than this many costly hashes are made at once.
_lanes = tuple(threading.Lock() for _lane in range(4))


class WrongPassword(DomainError):
    """The answer to every wrong pair of name and password, whichever of the two is wrong."""


class Throttled(DomainError):
    """Too many tries. `seconds` says how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(_("Too many tries. Please wait {n} seconds and try again.", n=seconds))
        self.seconds = seconds


# --- signing in and out ---------------------------------------------------------------------------------------


def sign_in(name: str, password: str, address: str, browser: str) -> str:
    """A token for the cookie. Raises WrongPassword or Throttled."""
    name, address = _printable(name, 60), _network(_printable(address, 80))
    user_id, secret, renewed = _proved(name, password, address)
    token = secrets.token_urlsafe(32)
    with kernel_session() as session:
        # The password that was proved must still be the one in force: changing it ends what began before.
        kept = session.exec(
            update(Credential)
            .where(col(Credential.user_id) == user_id, col(Credential.secret) == secret)
            .values(secret=renewed or secret)
        )
        if kept.rowcount != 1:
            raise WrongPassword(_("The name or the password is not right."))
        session.add(
            Visit(user_id=user_id, token=token_digest(token), address=address, browser=_printable(browser, 200))
        )
    return token


def change_password(user_id: int, current: str, new: str, *, address: str, by: Actor) -> None:
    """The user's own change: the current password is asked for. All sessions end; sign in again for a new one."""
    with kernel_session(writes=False) as session:
        name = session.exec(select(User.username).where(User.id == user_id)).one()
    _proved(name, current, _network(_printable(address, 80)))
    set_password(user_id, new, by=by)


def sign_out(token: str) -> None:
    with kernel_session() as session:
        open_visit = (col(Visit.token) == token_digest(token), col(Visit.ended_at).is_(None))
        session.exec(update(Visit).where(*open_visit).values(ended_at=clock.now()))


def sign_out_everywhere(user_id: int) -> None:
    with kernel_session() as session:
        end_visits(session, user_id)


def visits(user_id: int) -> list[Visit]:
    """The open sessions of a user, the newest first, for the page that lists and ends them."""
    with kernel_session(writes=False) as session:
        user = session.get(User, user_id)
        statement = select(Visit).where(Visit.user_id == user_id, col(Visit.ended_at).is_(None))
        rows = session.exec(statement.order_by(col(Visit.id).desc()).limit(100)).all()
        return [visit for visit in rows if user and is_alive(visit, user)]


def end_visit(user_id: int, visit_id: int) -> None:
    with kernel_session() as session:
        session.exec(
            update(Visit)
            .where(col(Visit.id) == visit_id, col(Visit.user_id) == user_id, col(Visit.ended_at).is_(None))
            .values(ended_at=clock.now())
        )


def forget_attempts() -> None:
    """Tries are kept long enough to look into an attack, and no longer."""
    with kernel_session() as session:
        session.exec(delete(Attempt).where(col(Attempt.at) < clock.now() - KEEP_ATTEMPTS))


# --- the proof of a password ----------------------------------------------------------------------------------


def _proved(name: str, password: str, address: str) -> tuple[int, str, str | None]:
    """User id, the secret that matched and its renewal; every try is written down."""
    with _lanes[hash(name) % len(_lanes)]:
        if wait := seconds_to_wait(name, address):
            raise Throttled(wait)
        user_id, secret = _secret_of(name)
        right, renewed = verified(password, secret)
        with kernel_session() as session:
            session.add(Attempt(name=name.casefold(), address=address, succeeded=right))
    if not right or secret is None:
        raise WrongPassword(_("The name or the password is not right."))
    return user_id, secret, renewed


def _secret_of(name: str) -> tuple[int, str | None]:
    statement = (
        select(User.id, Credential.secret)
        .join(Credential, col(Credential.user_id) == User.id)
        .where(User.username == name, col(User.is_active).is_(True), col(User.archived_at).is_(None))
    )
    with kernel_session(writes=False) as session:
        found = session.exec(statement).first()
    return (found[0], found[1]) if found else (0, None)


def seconds_to_wait(name: str, address: str) -> int:
    """How long this name, or this address, must wait before its next try. 0 for not at all."""
    with kernel_session(writes=False) as session:
        return max(_name_wait(session, name), _address_wait(session, address))


def _name_wait(session: Session, name: str) -> int:
    recent = select(Attempt.at, Attempt.succeeded).where(
        Attempt.name == name.casefold(), Attempt.at > clock.now() - NAME_WINDOW
    )
    rows = session.exec(recent.order_by(col(Attempt.at).desc()).limit(FREE_TRIES + 10)).all()
    failed = [at for at, _succeeded in takewhile(lambda row: not row[1], rows)]
    return _wait(len(failed) - FREE_TRIES, failed[0] if failed else None)


def _address_wait(session: Session, address: str) -> int:
    failures = select(func.count(), func.max(Attempt.at)).where(
        Attempt.address == address, col(Attempt.succeeded).is_(False), Attempt.at > clock.now() - ADDRESS_WINDOW
    )
    count, last = session.exec(failures).one()
    return _wait(count - FREE_TRIES_ADDRESS, last) if address else 0


def _wait(excess: int, last: datetime | None) -> int:
    """The delay doubles with every failure beyond the free ones."""
    if excess < 0 or last is None:
        return 0
    delay = min(FIRST_DELAY * 2 ** min(excess, 10), LONGEST_DELAY)
    left = (last + timedelta(seconds=delay) - clock.now()).total_seconds()
    return max(0, int(left + 0.999))


def _network(address: str) -> str:
    """An IPv6 host owns a whole /64, so the throttle counts that as one address."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address


def _printable(text: str, size: int) -> str:
    return "".join(character for character in text.strip() if character.isprintable())[:size]
