"""Who reports to whom at a client, as trees: with circles cut once, and superiors who are not there said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from crm.key_persons import KeyPerson
from crm.natures import LEVELS

# Why somebody stands at the top though a superior is named.
Top = Literal["", "gone", "circle"]


@dataclass(frozen=True)
class Node:
    """A person and those below. `top` says why the named superior is not above."""

    person: KeyPerson
    below: tuple["Node", ...] = ()
    top: Top = ""

    @property
    def size(self) -> int:
        return 1 + sum(node.size for node in self.below)


def trees(people: Sequence[KeyPerson]) -> tuple[Node, ...]:
    """Everybody once. In a circle the one of the highest level, of equals the first, is put at the top."""
    here = {person.id: person for person in people}
    reports: dict[int, list[KeyPerson]] = {}
    for person in people:
        reports.setdefault(person.reports_to_id or 0, []).append(person)
    placed: set[int] = set()
    found = [_grown(one, reports, placed, _why(one)) for one in people if one.reports_to_id not in here]
    for one in sorted(people, key=_height):
        if one.id not in placed:
            found.append(_grown(one, reports, placed, "circle"))
    return tuple(sorted(found, key=lambda node: (_height(node.person), -node.size)))


def _why(person: KeyPerson) -> Top:
    return "gone" if person.reports_to_id else ""


def _grown(person: KeyPerson, reports: dict[int, list[KeyPerson]], placed: set[int], top: Top = "") -> Node:
    placed.add(person.id)
    return Node(person, tuple(_children(reports.get(person.id, ()), reports, placed)), top)


def _children(people: Iterable[KeyPerson], reports: dict[int, list[KeyPerson]], placed: set[int]) -> Iterable[Node]:
    for one in people:
        if one.id not in placed:
            yield _grown(one, reports, placed)


def _height(person: KeyPerson) -> int:
    return -LEVELS.index(person.level) if person.level in LEVELS else 1
