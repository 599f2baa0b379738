"""What the administrator's pages share: the frame, the tabs, and the rights in words."""

from dataclasses import dataclass

from core.access import ACCESS, Level
from core.entity import Entity
from core.i18n import N_, _
from core.registry import registry
from web.kit.requests import Ask
from web.kit.views import Crumb, Tab

TABS = (
    ("/admin", N_("Users"), "user-round"), ("/admin/roles", N_("Roles"), "shield"),
    ("/admin/units", N_("Units"), "network"), ("/admin/jobs", N_("Jobs"), "list-checks"),
    ("/admin/audit", N_("Journal"), "history"), ("/admin/access", N_("Who sees what"), "eye"),
)  # fmt: skip
LEVELS: dict[Level, str] = {
    Level.SHARED: N_("what was handed over"), Level.OWN: N_("their own"), Level.TEAM: N_("their team’s"),
    Level.SUBTREE: N_("their unit’s and those below"), Level.ALL: N_("all"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What every page of the administrator has: its title and the tabs."""

    title: str
    tabs: tuple[Tab, ...]
    subtitle: str = ""


def frame(title: str, here: str, subtitle: str = "") -> Frame:
    tabs = tuple(Tab(text=_(text), href=path, icon=sign, current=path == here) for path, text, sign in TABS)
    return Frame(title=title, tabs=tabs, subtitle=subtitle)


def crumbs(*last: Crumb) -> tuple[Crumb, ...]:
    return (Crumb(text=_("Administration"), href="/admin"), *last)


def typed(ask: Ask, *names: str) -> tuple[str, ...]:
    """What the address asks for, without signs that no name has."""
    return tuple("".join(c for c in ask.query.get(name, "") if c.isprintable()).strip()[:100] for name in names)


def users() -> Entity:
    """The entity of the users' table, whichever module declares it."""
    found = registry().entity_of_table("core_user")
    assert found is not None
    return found


def role_change() -> str:
    return f"{ACCESS['core_user_role'].stem}.update"
