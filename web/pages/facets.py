"""The conditions to choose from over a list, with how many rows each would leave."""

from core.counts import TAB, Tab, facet_counts
from core.db import ActorSession
from core.entity import Entity
from core.fields import FieldView, view
from core.i18n import _
from core.lists import EMPTY
from core.module import Case, Condition
from core.narrow import field_of
from core.registry import registry
from core.titles import Titles, choice_lists, titles
from web.kit import format as texts
from web.kit.views import Facet, Option
from web.pages.addresses import ListState

MOST_OPTIONS = 24


def narrowing(
    session: ActorSession, entity: Entity, state: ListState, *, is_counted: bool
) -> tuple[tuple[Facet, ...], Titles]:
    """The facets, and the titles of all records that conditions name: two statements."""
    return narrowing_with_tabs(session, entity, state, is_counted=is_counted)[:2]


def narrowing_with_tabs(
    session: ActorSession, entity: Entity, state: ListState, *, is_counted: bool, tabs: tuple[Tab, ...] = ()
) -> tuple[tuple[Facet, ...], Titles, dict[str, int]]:
    """The facets, the titles of all records that conditions name, and the counts of the tabs: two statements.

    Counting goes through all rows, so it is left out where the list is longer than the cap.
    """
    views = [view(column) for column in entity.facets]
    if is_counted:
        found = facet_counts(session, entity, state.query, tabs)
        counts = {each.name: _largest(_normal(each, found[each.name])) for each in views}
        names = titles(session, _ids(entity, state, views, counts))
    else:
        counts, offered = _uncounted(session, views)
        names = {**titles(session, used_ids(entity, state)), **offered}
    made = [_facet(entity, state, each, counts[each.name], names) for each in views]
    facets = (*made, *named_facets(entity, state, found if is_counted else {}))
    return facets, names, found[TAB] if is_counted else {}


def named_facets(entity: Entity, state: ListState, counts: dict[str, dict[str, int]]) -> list[Facet]:
    """The conditions that modules name, as facets; one that offers nothing is shown where it is in force."""
    shown = [each for each in registry().conditions(entity.stem) if _cases(each, state.query.filters)]
    return [_named(entity, state, each, counts.get(each.name, {})) for each in shown]


def _cases(named: Condition, filters: dict[str, tuple[str, ...]]) -> list[Case]:
    """Those that are offered, and those that the address asks for."""
    asked = (named.read(code) for code in filters.get(named.name, ()))
    return [*named.cases, *(case for case in asked if case is not None)]


def _named(entity: Entity, state: ListState, named: Condition, counts: dict[str, int]) -> Facet:
    held = state.query.filters.get(named.name, ())
    options = tuple(
        Option(
            value=case.code, text=_(case.label), selected=case.code in held,
            href=state.toggled(named.name, case.code).at(entity.path),
            count=texts.number(counts[case.code]) if counts.get(case.code) else "",
        )
        for case in _cases(named, state.query.filters)
    )  # fmt: skip
    return Facet(
        name=named.name, label=_(named.label), options=options, text=in_force(named, held),
        clear=state.with_filter(named.name, ()).at(entity.path), is_quick=named.is_quick,
    )  # fmt: skip


def in_force(named: Condition, held: tuple[str, ...]) -> str:
    return texts.listed(_(case.label) for code in held if (case := named.case(code)) is not None)


def _normal(each: FieldView, found: dict[str, int]) -> dict[str, int]:
    """SQL counts a flag as 1 and 0 or as true and false; an address says 1 and 0."""
    if each.kind != "flag":
        return found
    return {{"true": "1", "false": "0"}.get(value, value): number for value, number in found.items()}


def _largest(found: dict[str, int]) -> dict[str, int]:
    return dict(sorted(found.items(), key=lambda item: -item[1])[:MOST_OPTIONS])


def _ids(
    entity: Entity, state: ListState, views: list[FieldView], counts: dict[str, dict[str, int]]
) -> dict[str, set[int]]:
    wanted = used_ids(entity, state)
    for each in views:
        if each.target:
            wanted.setdefault(each.target, set()).update(int(value) for value in counts[each.name] if value != EMPTY)
    return wanted


def _uncounted(session: ActorSession, views: list[FieldView]) -> tuple[dict[str, dict[str, int]], Titles]:
    lists = choice_lists(session, [each.target for each in views if each.target], limit=MOST_OPTIONS)
    names = {(table, row_id): title for table, rows in lists.items() for row_id, title in rows}
    offered = {each.name: _codes(each, lists) for each in views}
    return {name: dict.fromkeys(codes, 0) for name, codes in offered.items()}, names


def _codes(each: FieldView, lists: dict[str, list[tuple[int, str]]]) -> list[str]:
    if each.target:
        return [str(row_id) for row_id, _title in lists.get(each.target, ())]
    return list(each.choices) if each.choices else ["1", "0"]


def _facet(entity: Entity, state: ListState, each: FieldView, counts: dict[str, int], names: Titles) -> Facet:
    held = state.query.filters.get(each.short, ())
    options = [
        Option(
            value=value, text=text, selected=value in held, href=state.toggled(each.short, value).at(entity.path),
            count=texts.number(counts[value]) if counts.get(value) else "",
        )
        for value in dict.fromkeys([*counts, *held])
        if (text := _text(each, value, names))
    ]  # fmt: skip
    return Facet(
        name=each.short, label=_(each.label), options=tuple(options),
        text=texts.listed(_text(each, value, names) or value for value in held),
        clear=state.with_filter(each.short, ()).at(entity.path),
    )  # fmt: skip


def _text(each: FieldView, value: str, names: Titles) -> str:
    """Empty where a record is hidden: it is then no choice either."""
    if value == EMPTY:
        return _("(empty)")
    if each.target:
        return names.get((each.target, int(value)), "") if value.isdecimal() and len(value) < 20 else value
    if each.kind == "flag":
        return _("yes") if value == "1" else _("no")
    return each.choice_label(value)


def used_ids(entity: Entity, state: ListState) -> dict[str, set[int]]:
    """The records that the conditions in force name."""
    wanted: dict[str, set[int]] = {}
    for name, values in state.query.filters.items():
        found = field_of(entity, name)
        if found is not None and found.target:
            ids = {int(value) for value in values if value.isdecimal() and len(value) < 19}
            wanted.setdefault(found.target, set()).update(ids)
    return wanted
