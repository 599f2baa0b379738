"""The executive's page as its template draws it: every text written, every number with the address of its rows."""

from dataclasses import dataclass

from core.i18n import _
from reports.executive import bars, named_rows, words
from reports.executive.bars import Bars, Shares
from reports.executive.conclude import conclude
from reports.executive.data import ExecutiveData
from reports.executive.definitions import definitions, missing
from reports.executive.key_figures import Comparison, comparison, key_figures
from reports.executive.months import Months, months
from reports.executive.named_rows import Lines
from reports.executive.rows import PATH
from reports.executive.weapons import Weapons, weapons
from web.kit.papers import Papers
from web.kit.requests import address
from web.kit.views import Choice, Figure, Tab

# From so many units on, their list is taller than what stands beside it.
LONG = 12


@dataclass(frozen=True, kw_only=True)
class ExecutivePage:
    """`missing` says in a sentence each what is not drawn, because the records hold nothing of it.

    Beside a long list of units stand the comparison and the contracts too, so that both columns are full.
    """

    title: str
    when: str
    scope: str
    href: str
    part: str
    paper: Papers | None
    periods: tuple[Tab, ...]
    choices: tuple[Choice, ...]
    conclusion: tuple[str, ...]
    figures: tuple[Figure, ...]
    compared: Comparison | None
    months: Months | None
    stages: Bars
    parts: Bars
    groups: Shares
    top: Lines
    stalled: Lines
    ending: Lines
    weapons: Weapons | None
    is_long: bool
    missing: tuple[str, ...]
    definitions: tuple[tuple[str, str], ...]


def view_of(
    data: ExecutiveData, choices: tuple[Choice, ...], periods: tuple[Tab, ...], paper: Papers | None = None
) -> ExecutivePage:
    pairs = data.scope.pairs()
    return ExecutivePage(
        title=_("Business overview"),
        when=words.data_time(data),
        scope=words.scope(data),
        href=address(PATH, pairs),
        part=f"{PATH}/part",
        paper=paper,
        periods=periods,
        choices=choices,
        conclusion=conclude(data),
        figures=key_figures(data),
        compared=comparison(data),
        months=months(data),
        stages=bars.stages(data),
        parts=bars.parts(data),
        groups=bars.groups(data),
        top=named_rows.top(data),
        stalled=named_rows.stalled(data),
        ending=named_rows.ending(data),
        weapons=weapons(data.weapons) if data.weapons else None,
        is_long=len(data.parts) >= LONG,
        missing=missing(data),
        definitions=tuple(definitions(data)),
    )
