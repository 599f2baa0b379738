"""What all pages of the pipeline on a day begin with: the day, the questions, and the ways to see it."""

from dataclasses import dataclass

from core import clock
from core.i18n import _
from reports.engine.numbers import long_day
from reports.executive.period import in_words, moved, read_period
from reports.executive.reach import Reach, Unit
from reports.past.ask import MONTHS, PATH, Ask
from web.kit.papers import Papers, files_of
from web.kit.requests import address
from web.kit.views import Choice, Option, Tab

INDENT = "\N{IDEOGRAPHIC SPACE}"


@dataclass(frozen=True, kw_only=True)
class Top:
    """What all these pages begin with; `kept` is what is asked for, and `paper` and `change` are its files."""

    title: str
    when: str
    path: str
    on: str
    against: str
    today: str
    tabs: tuple[Tab, ...]
    choices: tuple[Choice, ...]
    kept: tuple[tuple[str, str], ...]
    paper: Papers | None
    change: Papers | None
    hidden: tuple[tuple[str, str], ...] = ()


def top_of(ask: Ask, path: str = PATH, hidden: tuple[tuple[str, str], ...] = ()) -> Top:
    known = (
        (PATH, _("Sums and changes")), (f"{PATH}/board", _("Board")), (f"{PATH}/list", _("List")),
        (f"{PATH}/course", _("Stages and wins")),
    )  # fmt: skip
    return Top(
        title=_("Pipeline on a day"),
        when=_("As it stood at the end of {day}", day=long_day(ask.on)),
        path=path,
        on=ask.on.isoformat(),
        against=ask.against.isoformat(),
        today=clock.today().isoformat(),
        tabs=tuple(Tab(text=text, href=address(to, ask.pairs()), current=to == path) for to, text in known),
        choices=_choices(ask, path),
        kept=tuple(ask.pairs()),
        paper=files_of(ask.session.actor, "past", ask.pairs()),
        change=files_of(ask.session.actor, "change", ask.pairs()),
        hidden=hidden,
    )


def _choices(ask: Ask, path: str) -> tuple[Choice, ...]:
    found = [Choice(name="unit", label=_("Unit"), options=units_of(ask.reach))]
    if path == f"{PATH}/course":
        months = tuple(
            Option(value=str(n), text=_("{n} months", n=n), selected=n == ask.months) for n in MONTHS
        )  # fmt: skip
        found.append(Choice(name="months", label=_("Period"), options=months))
    else:
        found.append(Choice(name="closing", label=_("Expected close"), options=_windows(ask)))
    return tuple(choice for choice in found if len(choice.options) > 1)


def units_of(about: Reach) -> tuple[Option, ...]:
    """The tree within the reader's reach, each unit under its own."""
    held, found = about.chosen, about.offered
    ids = {unit.id for unit in found}
    below: dict[int | None, list[Unit]] = {}
    for unit in found:
        below.setdefault(unit.parent_id if unit.parent_id in ids else None, []).append(unit)
    options = [Option(value="", text=_("All units"))]

    def branch(parent: int | None, depth: int) -> None:
        for unit in below.get(parent, ()):
            is_held = held is not None and unit.id == held.id
            options.append(Option(value=str(unit.id), text=INDENT * depth + unit.name, selected=is_held))
            branch(unit.id, depth + 1)

    branch(None, 0)
    return tuple(options)


def _windows(ask: Ask) -> tuple[Option, ...]:
    """The quarters around the day, and its year."""
    first = ask.on.replace(month=(ask.on.month - 1) // 3 * 3 + 1, day=1)
    quarters = [moved(first, 3 * i) for i in range(-1, 4)]
    codes = [f"{day.year}-Q{(day.month + 2) // 3}" for day in quarters] + [str(ask.on.year)]
    held = ask.closing
    named = {code: _in_words(code, ask) for code in codes}
    if held and held.code not in named:
        named[held.code] = in_words(held)
    chosen = held.code if held else ""
    options = (Option(value=code, text=text, selected=code == chosen) for code, text in named.items())
    return (Option(value="", text=_("Any expected close")), *options)


def _in_words(code: str, ask: Ask) -> str:
    return in_words(read_period(code, ask.on))
