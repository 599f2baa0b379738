"""Every paper that may be asked for, by people of all kinds, counts its reader's own rows and no others.

Its figures are gathered twice: beside everybody's rows, and where only those rows are that the oracle lets its reader
see. Both must be the same, to the last number, name and rank; so nothing is checked by a formula of its own, and a
report that is registered tomorrow is asked by itself. What is drawn of the figures asks no database, carries their
seal, and no mark of anybody else. `python -m tests.isolation.real.papers MOST NAME …` asks for so many papers of
records of each kind and prints one JSON object. Against the first of these people leaks are planted, one after the
other; and theirs are the papers that come by themselves, by a schedule of somebody who sees more.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import make_url, select
from sqlmodel import col

from core import clock
from core.access import OPERATOR
from core.actors import actor_for
from core.db import engine, kernel_session, reading
from core.errors import Forbidden, Invalid, NotFound
from core.i18n import use_language
from core.lists import Query
from core.module import Report
from core.papers import PDF, drawn
from core.registry import registry
from core.settings import settings
from core.stamps import differences, plain_figures, seal_of
from tests import engines
from tests.isolation.real import coming, extracting, leaks, marks, oracle
from tests.isolation.real.alone import only_own, prepared
from tests.isolation.real.asking import Person
from tests.isolation.real.rows import World

LANGUAGE = "zh"
REFUSALS = (Forbidden, Invalid, NotFound)


@dataclass(frozen=True)
class Asked:
    """One paper of one reader. `is_open` is whether the oracle lets the reader see what it is of."""

    report: Report
    label: str
    query: Query
    is_open: bool = True


@dataclass(frozen=True)
class Given:
    """What was gathered: its seal and its plain figures; or in a word why nothing was."""

    seal: str
    figures: Any = None


@dataclass
class Reader:
    """One person, what was wrong, and how many papers there were of each kind."""

    world: World
    name: str
    bad: list[str] = field(default_factory=list)
    papers: Counter[str] = field(default_factory=Counter)

    @cached_property
    def me(self) -> Person:
        return Person(self.world, self.world.users[self.name])

    def sees(self, table: str, key: int) -> bool:
        row = self.world.rows[table].get(key)
        return row is not None and oracle.may(self.me, "read", table, row)

    def note(self, what: str, said: object) -> None:
        self.bad.append(f"{self.name} {what}: {said}")


# --- which papers -------------------------------------------------------------------------------------------------


def asked(reader: Reader, most: int) -> Iterator[Asked]:
    """Each report at large, or of some records where it is a record's paper: open ones, and one that is not."""
    for report in registry().reports():
        named = about(report.name)
        if named is None:
            yield Asked(report, report.name, Query())
            continue
        name, table = named
        for is_open, number in ((True, most), (False, 1)):
            for key in [key for key in reader.world.rows[table] if reader.sees(table, key) is is_open][:number]:
                yield Asked(report, f"{report.name} {key}", Query(filters={name: (str(key),)}), is_open)


@cache
def about(report: str) -> tuple[str, str] | None:
    """The filter that names the record of a paper, with its table; None for a paper that is asked for at large."""
    chosen = registry().report(report)
    assert chosen is not None
    with reading(OPERATOR) as session:
        if not _is_refused(chosen, session, Query()):
            return None
        for entity in registry().entities():
            first = next(iter(session.scalars(select(entity.table.c.id).limit(1))), 0)
            if not _is_refused(chosen, session, Query(filters={entity.name: (str(first),)})):
                return entity.name, entity.table.name
    raise AssertionError(f"nobody knows how the report {report} is asked for")


def _is_refused(report: Report, session: Any, query: Query) -> bool:
    try:
        report.gather(session, query=query)
    except Invalid:
        return True
    return False


# --- figures ------------------------------------------------------------------------------------------------------


def gathered(reader: Reader, papers: list[Asked]) -> dict[str, Given]:
    """As the person, in the database in use."""
    with use_language(LANGUAGE):
        return {each.label: _gathered(reader, each) for each in papers}


def _gathered(reader: Reader, each: Asked) -> Given:
    actor = actor_for(reader.name)
    if not actor.may(each.report.permission):
        return Given("Forbidden")
    try:
        with reading(actor, snapshot=True) as session:
            data = each.report.gather(session, query=each.query)
            return Given(seal_of(data), plain_figures(data))
    except REFUSALS as error:
        return Given(type(error).__name__)


def compare(reader: Reader, papers: list[Asked], whole: dict[str, Given], own: dict[str, Given]) -> None:
    for each in papers:
        there, here = whole[each.label], own[each.label]
        if there.seal != here.seal:
            found = [f"{d.where}: {d.before} for {d.now}" for d in differences(there.figures, here.figures)]
            reader.note(each.label, found[:9])
        if not each.is_open and there.figures is not None:
            reader.note(each.label, "is not closed")


# --- files --------------------------------------------------------------------------------------------------------


def files(reader: Reader, papers: list[Asked], whole: dict[str, Given]) -> None:
    """In every form that a report is had in, by the door that everybody takes."""
    for each in papers:
        given = whole[each.label]
        for form in (PDF, *each.report.forms) if given.figures is not None else ():
            with use_language(LANGUAGE):
                content = drawn(actor_for(reader.name), each.report, query=each.query, form=form)
            check(reader, f"{each.label} {form}", content, given)
            reader.papers[f"{each.report.name} {form}"] += 1


def check(reader: Reader, what: str, content: bytes, given: Given) -> None:
    said = extracting.text_of(content)
    if given.seal.encode() not in said:
        reader.note(what, "does not carry the seal of its figures")
    if fault := extracting.unreadable(content):
        reader.note(what, fault)
    for row in marks.foreign(reader.world, reader.me, said):
        reader.note(what, row)


# --- all of them --------------------------------------------------------------------------------------------------


def main(people: list[str], *, most: int) -> dict[str, Any]:
    world, whole = prepared()
    leaks.silence_drawing()
    readers = [Reader(world, name) for name in people]
    for reader in readers:
        _judge(reader, whole, most)
    scheduled = _scheduled(readers[0])
    return {
        "bad": [line for reader in readers for line in reader.bad],
        "papers": {reader.name: reader.papers for reader in readers},
        "kinds": sorted({f"{each.name} {form}" for each in registry().reports() for form in (PDF, *each.forms)}),
        "leaks": _leaks(Reader(world, people[0])),
        "scheduled": scheduled,
    }


def _judge(reader: Reader, whole: Path, most: int) -> None:
    papers = list(asked(reader, most))
    with only_own(reader.me, whole):
        here, own = gathered(reader, papers), coming.notices(reader.me)
    there, said = gathered(reader, papers), coming.notices(reader.me)
    compare(reader, papers, there, here)
    if said != own:
        reader.note("messages", "are others where only the own rows are")
    files(reader, papers, there)


def _leaks(reader: Reader) -> dict[str, list[str]]:
    """What is seen of each by the figures alone."""
    papers, found = list(asked(reader, 1)), {}
    right = gathered(reader, papers)
    for name, planted in leaks.LEAKS.items():
        reader.bad = []
        with planted():
            compare(reader, papers, gathered(reader, papers), right)
        found[name] = reader.bad
    return found


def _scheduled(reader: Reader) -> list[str]:
    """They are what the reader would make: not what is made for whoever scheduled them."""
    right, found = gathered(reader, list(asked(reader, 0))), []
    for report, content in coming.papers(reader.name):
        check(reader, f"scheduled {report}", content, right[report])
        found.append(report)
    said = repr(coming.messages(reader.name)).encode()
    for row in marks.foreign(reader.world, reader.me, said):
        reader.note("message of a scheduled paper", row)
    return found


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[2:], most=int(sys.argv[1]))))
