"""First rows of a database: the modules' reference data and roles, the demo world, users from the command line."""

import os
import secrets
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from core import clock
from core.access import OPERATOR
from core.db import engine, kernel_session, reading, unit_of_work
from core.dialects import analyze
from core.errors import Invalid, NotFound
from core.i18n import _, use_language
from core.jobs import work_once
from core.keeping import ask_daily, tell_dues
from core.people import Credential, Role, Unit, User, UserRole
from core.registry import Registry, registry
from core.settings import settings
from core.signin import set_password, store_password

Demo = dict[str, Any]

# Whoever opens a real database also has to load its data; the two are separate roles from then on.
FIRST_ROLES = ("administrator", "data_keeper")


def plant_reference() -> int:
    """Add the modules' roles and reference rows that are missing; what a user changed stays. Returns rows added."""
    loaded = registry()
    added = 0
    with unit_of_work(OPERATOR) as session:
        known = set(session.scalars(select(col(Role.code))))
        for role in loaded.roles():
            if role.code not in known:
                session.add(Role(code=role.code, name_zh=role.name_zh, name_en=role.name_en, grants=role.grants))
                added += 1
        session.flush()
    for module in loaded.modules:
        if module.seed is not None:
            with unit_of_work(OPERATOR) as session:
                added += module.seed(session) or 0
    return added


def plant_demo() -> Demo:
    """Load the demo world into an empty database, once. Keys: loaded, users [(username, label)], password."""
    loaded = registry()
    password = demo_password()
    with reading(OPERATOR) as session:
        is_there = session.scalar(select(col(User.id)).where(col(User.username) == "am")) is not None
    if not is_there:
        plant_reference()
        with use_language("zh"):
            _give_passwords(_plant_worlds(loaded), password)
        _work_of_this_morning()
        analyze(engine())
    return {"loaded": not is_there, "users": _who_sign_in(), "password": password}


def _plant_worlds(loaded: Registry) -> set[str]:
    """Returns who signs in: the demo's other people are there to be seen, and hashing a password takes its time."""
    names: set[str] = set()
    for module in loaded.modules:
        if module.demo is not None:
            with unit_of_work(OPERATOR) as session:
                names.update(module.demo(session) or ())
    return names


def _work_of_this_morning() -> None:
    """What was asked for is done, and people are told what is due, as by a server that has run since the morning.

    The daily work is only asked for: it loads a statistics library, and the server does it while people look around.
    """
    tell_dues(clock.today())
    work_once()
    ask_daily(clock.today())


def _give_passwords(names: set[str], password: str) -> None:
    with reading(OPERATOR) as session:
        ids = session.scalars(select(col(User.id)).where(col(User.username).in_(names)).order_by(col(User.id))).all()
    for user_id in ids:
        store_password(user_id, password)


def _who_sign_in() -> list[tuple[str, str]]:
    with kernel_session(writes=False) as session:
        known = select(col(User.username), col(User.name)).join(Credential, col(Credential.user_id) == col(User.id))
        return [(row.username, row.name) for row in session.execute(known.order_by(col(User.id)).limit(20))]


def demo_password() -> str:
    """From the setting, or made at random once and kept in the data folder, readable by its owner only."""
    if settings().demo_password:
        return settings().demo_password
    file = settings().data_dir / "demo-password"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as stream:
            stream.write(secrets.token_urlsafe(12))
    return file.read_text().strip()


def add_user(username: str, *, name: str, roles: list[str], unit: str | None, password: str | None) -> dict[str, Any]:
    registry()
    chosen = password or secrets.token_urlsafe(12)
    with unit_of_work(OPERATOR) as session:
        if session.scalar(select(col(User.id)).where(col(User.username) == username)) is not None:
            raise Invalid(_("There is already a user “{name}”.", name=username))
        roles = roles or _first_roles(session)
        unit_id = _id_by_code(session, Unit, unit) if unit else None
        user = User(username=username, name=name, unit_id=unit_id)
        session.add(user)
        session.flush()
        session.add_all(UserRole(user_id=user.id, role_id=_id_by_code(session, Role, role)) for role in roles)
        session.flush()
    set_password(user.id, chosen)
    return {"username": username, "roles": roles, "password": chosen}


def _first_roles(session: Any) -> list[str]:
    """Only the first user of a database becomes its administrator unasked."""
    if session.scalar(select(col(User.id)).limit(1)) is not None:
        codes = ", ".join(session.scalars(select(col(Role.code)).order_by(col(Role.code))))
        raise Invalid(_("Name at least one role with --role. There are: {codes}.", codes=codes))
    return list(FIRST_ROLES)


def _id_by_code(session: Any, model: Any, code: str) -> int:
    found: int | None = session.scalar(select(model.id).where(model.code == code))
    if found is None:
        codes = ", ".join(session.scalars(select(model.code).order_by(model.code)))
        raise NotFound(_("There is no “{code}”. There are: {codes}.", code=code, codes=codes))
    return found


def list_users() -> list[dict[str, Any]]:
    with kernel_session(writes=False) as session:
        rows = session.execute(
            select(col(User.id), col(User.username), col(User.name)).order_by(col(User.username))
        ).all()
        pairs = session.execute(
            select(col(UserRole.user_id), col(Role.code)).join(Role, col(Role.id) == UserRole.role_id)
        ).all()
    return [
        {"username": row.username, "name": row.name, "roles": sorted(code for user, code in pairs if user == row.id)}
        for row in rows
    ]
