"""The playbook on a deal's page: the grid of steps and weapons."""

from dataclasses import dataclass

from markupsafe import Markup

from core import clock
from core.db import ActorSession
from core.i18n import _, pick
from core.module import Panel
from crm.activity_verbs import ACTIVITY
from crm.key_persons import KeyPerson
from crm.opportunities import Opportunity
from crm.opportunity_verbs import OPPORTUNITY
from crm.playbook.deals import Played, blocked_for_all, played
from crm.playbook.locks import blocked
from crm.playbook.uses import Use, done
from crm.steps import Step
from crm.weapons import Weapon, ever
from web.kit.rendering import render_part
from web.kit.requests import address

READ = OPPORTUNITY.permission("read")
KEY = 3
# By the strength of a weapon in a step.
FITS = ("unsuited", "possible", "fits", "key")


@dataclass(frozen=True, kw_only=True)
class Square:
    """One weapon in one step: used or planned so often, else blocked, else what its strength says."""

    state: str
    words: str
    count: int = 0
    href: str = ""
    is_current: bool = False
    is_key: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    """`reached` of the client's people were met with the weapon, `reachable` are those towards whom it is free."""

    name: str
    href: str
    icon: str
    squares: tuple[Square, ...]
    reached: int
    reachable: int
    is_retired: bool = False


@dataclass(frozen=True, kw_only=True)
class Grid:
    steps: tuple[tuple[str, bool], ...]
    rows: tuple[Row, ...]
    reasons: tuple[str, ...]
    people: str

    @property
    def current(self) -> str:
        return next((name for name, is_current in self.steps if is_current), "")


def panels() -> tuple[Panel, ...]:
    return (Panel(OPPORTUNITY.stem, grid, READ, order=5),)


# --- the grid -------------------------------------------------------------------------------------------------


def grid(session: ActorSession, deal: Opportunity) -> Markup:
    if not session.actor.may(ACTIVITY.permission("read")):
        return Markup()
    seen = played(session, deal)
    steps = [step for step in seen.strengths.steps.values() if step.archived_at is None]
    known = listed(session, seen)
    if not steps or not known or (seen.step is None and not seen.uses):
        return Markup()
    account = str(deal.account_id or "")
    live = [weapon for weapon in known if weapon.archived_at is None]
    bars = {weapon.id: blocked_for_all(weapon, seen.people, seen.situation, clock.today()) for weapon in live}
    view = Grid(
        steps=tuple((pick(step.name_zh, step.name_en), step is seen.step) for step in steps),
        rows=tuple(row(deal, seen, weapon, steps, is_barred=bars.get(weapon.id) is not None) for weapon in known),
        reasons=tuple(dict.fromkeys(barred.sentence for barred in bars.values() if barred)),
        people=f"/crm/account/{account}#h-weapons" if account else "",
    )
    return render_part("crm/opportunity/play_grid.html", grid=view)


def listed(session: ActorSession, seen: Played) -> tuple[Weapon, ...]:
    """What may be used, and what was used or planned in this deal and retired since."""
    own = {use.weapon_id for use in seen.uses}
    return tuple(weapon for weapon in ever(session) if weapon.archived_at is None or weapon.id in own)


def row(deal: Opportunity, seen: Played, weapon: Weapon, steps: list[Step], *, is_barred: bool) -> Row:
    known = {one.person_id for use in done(seen.client_uses) if use.weapon_id == weapon.id for one in use.reached}
    met = [person for person in seen.people if person.id in known]
    free = [person for person in seen.people if person in met or is_open(seen, weapon, person)]
    return Row(
        name=pick(weapon.name_zh, weapon.name_en), href=f"/crm/weapon/{weapon.id}", icon=weapon.icon or "swords",
        squares=tuple(square(deal, seen, weapon, step, is_barred=is_barred) for step in steps),
        reached=len(met), reachable=len(free), is_retired=weapon.archived_at is not None,
    )  # fmt: skip


def is_open(seen: Played, weapon: Weapon, person: KeyPerson) -> bool:
    return weapon.archived_at is None and blocked(weapon, (person,), seen.situation, clock.today()) is None


def square(deal: Opportunity, seen: Played, weapon: Weapon, step: Step, *, is_barred: bool) -> Square:
    """A planned use counts in the step for which it is planned, else in the present one."""
    is_current = step is seen.step
    strength = seen.strengths.in_step(weapon.id, step.id) if weapon.archived_at is None else 0
    own = [use for use in seen.uses if use.weapon_id == weapon.id]
    used = [use for use in own if use.is_done and use.step_id == step.id]
    planned = [use for use in own if not use.is_done and (use.step_id or (seen.step.id if seen.step else 0)) == step.id]
    is_over = seen.step is not None and step.position < seen.step.position
    state = state_of(strength, used=len(used), planned=len(planned), is_barred=is_barred and not is_over)
    return Square(
        state=state, words=WORDS[state](), count=len(used) or len(planned), is_current=is_current,
        is_key=strength == KEY, href=list_of(deal, weapon, step, state, used or planned),
    )  # fmt: skip


def state_of(strength: int, *, used: int, planned: int, is_barred: bool) -> str:
    if used or planned:
        return "used" if used else "planned"
    return "blocked" if strength and is_barred else FITS[strength]


WORDS = {
    "used": lambda: _("used"), "planned": lambda: _("planned"), "blocked": lambda: _("blocked"),
    "key": lambda: _("key"), "fits": lambda: _("suits"), "possible": lambda: _("possible"),
    "unsuited": lambda: _("not suited"),
}  # fmt: skip


def list_of(deal: Opportunity, weapon: Weapon, step: Step, state: str, uses: list[Use]) -> str:
    """The list of the uses counted; a single one is opened at once."""
    if len(uses) == 1:
        return f"{ACTIVITY.path}/{uses[0].id}"
    pairs = [("opportunity", str(deal.id)), ("weapon", str(weapon.id))]
    if state == "used":
        return address(ACTIVITY.path, [*pairs, ("step", str(step.id)), ("state", "done")])
    return address(ACTIVITY.path, [*pairs, ("state", "planned")]) if state == "planned" else ""
