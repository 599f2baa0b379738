"""The power map and the table of weapons and people: where somebody stands, who is missing, what may not be used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from core import clock
from core.i18n import _, pick
from crm.account_view import Known
from crm.key_persons import KeyPerson
from crm.natures import LEVELS
from crm.playbook.ageing import Confidence, confidence
from crm.weapons import Weapon

# Columns of the map; finance, purchasing and legal sit at one table.
COLUMNS = (("user",), ("technical",), ("purchasing", "finance", "legal"))
RELATIONS = ("outsider", "supplier", "friend", "partner")
# Who stands how, as the map colours it; the word beside says the same.
SIDES = {
    "exclusive": "for", "supportive": "for", "neutral": "neutral", "unknown": "unknown", "opposed": "against",
    "with_rival": "against",
}  # fmt: skip
MOST_COLUMNS = 10
UNJUDGED = Confidence("none")


@dataclass(frozen=True)
class Seat:
    """One field of the map: who sits there, or the words for nobody known."""

    people: tuple["Sitter", ...]
    level: str
    function: str
    column: int


@dataclass(frozen=True)
class Sitter:
    """A key person on the map. `depth` counts how near the relation is, 0 where it is not known; `sure` how fresh
    the judgement is."""

    record: KeyPerson
    side: str
    depth: int
    last_met: date | None
    superior: str
    is_decider: bool
    sure: Confidence = UNJUDGED


@dataclass(frozen=True)
class Row:
    level: str
    seats: tuple[Seat, ...]


@dataclass(frozen=True)
class PowerMap:
    rows: tuple[Row, ...]
    unplaced: tuple[Sitter, ...]

    @property
    def empty_seats(self) -> int:
        return sum(not seat.people for row in self.rows for seat in row.seats)


def power_map(known: Known, half_lives: Mapping[str, int] | None = None) -> PowerMap:
    """`half_lives` are the days by level after which a judgement is worth half."""
    sitters = sitters_of(known, half_lives or {})
    rows = tuple(
        Row(level, tuple(_seat(sitters, level, column) for column in range(len(COLUMNS)))) for level in reversed(LEVELS)
    )
    placed = {sitter.record.id for row in rows for seat in row.seats for sitter in seat.people}
    return PowerMap(rows, tuple(sitter for sitter in sitters if sitter.record.id not in placed))


def _seat(sitters: list[Sitter], level: str, column: int) -> Seat:
    functions = COLUMNS[column]
    here = (each for each in sitters if each.record.level == level and each.record.function in functions)
    return Seat(tuple(here), level, functions[0], column)


def sitters_of(known: Known, half_lives: Mapping[str, int]) -> list[Sitter]:
    return [_sitter(known, person, half_lives) for person in known.people]


def _sitter(known: Known, person: KeyPerson, half_lives: Mapping[str, int]) -> Sitter:
    met = known.last_met.get(person.id)
    last = clock.local(met).date() if met else None
    names = {each.id: each.name for each in known.people}
    return Sitter(
        record=person, side=SIDES.get(person.support, "unknown"),
        depth=RELATIONS.index(person.relation) + 1 if person.relation in RELATIONS else 0,
        last_met=last, superior=names.get(person.reports_to_id or 0, ""),
        is_decider="decider" in (person.roles or []),
        sure=confidence(
            judged_on=person.judged_on, last_contact=last, level=person.level, half_lives=half_lives, on=clock.today()
        ),
    )  # fmt: skip


# --- weapons and people ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Square:
    """One weapon towards one person: done, planned, open, or barred with the reason; `ask` is a condition to keep."""

    state: str
    person: str
    person_id: int
    why: str = ""
    on: date | None = None


@dataclass(frozen=True)
class Line:
    """A weapon's row. `whole` is how it stands with the client at all, whoever was met."""

    weapon: Weapon
    name: str
    whole: str
    squares: tuple[Square, ...]

    @property
    def reached(self) -> int:
        return sum(square.state == "done" for square in self.squares)

    @property
    def reachable(self) -> int:
        return sum(square.state != "barred" for square in self.squares)

    @property
    def reasons(self) -> tuple[tuple[str, str], ...]:
        """Each reason once, with whom it is about."""
        found: dict[str, list[str]] = {}
        for square in self.squares:
            if square.why:
                found.setdefault(square.why, []).append(square.person)
        everybody = len(self.squares)
        return tuple((why, "" if len(names) == everybody else ", ".join(names)) for why, names in found.items())


def lines(known: Known) -> tuple[Line, ...]:
    people = known.people[:MOST_COLUMNS]
    tender = bool(known.tied("tender"))
    return tuple(
        Line(
            weapon, pick(weapon.name_zh, weapon.name_en), _state(known, weapon, 0),
            tuple(_square(known, weapon, person, has_tender=tender) for person in people),
        ) for weapon in known.weapons
    )  # fmt: skip


def _state(known: Known, weapon: Weapon, person_id: int) -> str:
    touch = known.meetings.get((weapon.id, person_id))
    return touch.state if touch else "none"


def _square(known: Known, weapon: Weapon, person: KeyPerson, *, has_tender: bool) -> Square:
    """What was done stays shown, even where it is barred from now on."""
    touch = known.meetings.get((weapon.id, person.id))
    is_barred, why = rule_for(weapon, is_official=person.is_official, has_tender=has_tender)
    state = touch.state if touch else "barred" if is_barred else "none"
    on = None if touch is None else clock.local(touch.last).date() if touch.last else touch.due_on
    return Square(state, person.name, person.id, why, on)


def rule_for(weapon: Weapon, *, is_official: bool, has_tender: bool) -> tuple[bool, str]:
    """Whether the weapon is barred, and the rule in words; a condition alone bars nothing."""
    if has_tender and weapon.tender_lock == "locked":
        return True, _("not while a tender is open")
    if is_official and weapon.official_lock == "locked":
        return True, _("not towards public officials")
    if has_tender and weapon.tender_lock == "on_request":
        return False, _("while a tender is open only on written request")
    if is_official and weapon.official_lock == "consent":
        return False, _("towards public officials only with their unit’s consent")
    return False, ""
