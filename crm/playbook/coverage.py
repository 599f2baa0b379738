"""Which levels and functions of a client have been met: who never was, and which seats nobody is known to fill."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crm.key_persons import KeyPerson
from crm.natures import FUNCTIONS, LEVELS
from crm.playbook.uses import Use, done


@dataclass(frozen=True)
class Seat:
    """One level of one function. A seat with nobody in it is empty."""

    level: str
    function: str
    met: tuple[KeyPerson, ...]
    unmet: tuple[KeyPerson, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.met or self.unmet)


@dataclass(frozen=True)
class Coverage:
    """From the top level down. `levels_met` also counts a level at which somebody stood when met, and left since."""

    seats: tuple[Seat, ...]
    never_met: tuple[KeyPerson, ...]
    levels_met: frozenset[str]

    @property
    def levels_unmet(self) -> tuple[str, ...]:
        return tuple(level for level in reversed(LEVELS) if level not in self.levels_met)

    @property
    def empty_seats(self) -> tuple[Seat, ...]:
        return tuple(seat for seat in self.seats if seat.is_empty)


def coverage(people: Sequence[KeyPerson], uses: Iterable[Use]) -> Coverage:
    """Of the people known now, by the uses that were carried out, planned ones left out."""
    reached = [one for use in done(uses) for one in use.reached]
    met = {one.person_id for one in reached}
    seats = tuple(
        _seat(level, function, people, met) for level in reversed(LEVELS) for function in FUNCTIONS
    )  # fmt: skip
    never = tuple(person for person in people if person.id not in met)
    return Coverage(seats, never, frozenset(one.level for one in reached if one.level))


def _seat(level: str, function: str, people: Sequence[KeyPerson], met: set[int]) -> Seat:
    here = [person for person in people if person.level == level and person.function == function]
    return Seat(
        level, function,
        tuple(person for person in here if person.id in met), tuple(person for person in here if person.id not in met),
    )  # fmt: skip
