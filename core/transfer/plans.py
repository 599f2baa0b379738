"""Plans an import without writing anything: a verdict for every row, and once each what must be settled first."""

from collections import Counter
from dataclasses import dataclass, field, replace

from core.access import demand
from core.db import ActorSession
from core.entity import Entity, Verb
from core.errors import Invalid
from core.fields import FieldView
from core.fields import view as field_view
from core.i18n import _
from core.transfer.columns import Question, Values
from core.transfer.draft import CREATED, REFUSED, UNCHANGED, UPDATED, Draft, Problem, Row, Rows
from core.transfer.fields import chosen_fields, key_views, owner_of_new
from core.transfer.mapping import Fields, Mapping
from core.transfer.matching import check_unique, demand_equal_twins, identify, parents_first
from core.transfer.read import Sheet
from core.transfer.references import Unknown
from core.transfer.resolve import Here, read_field
from core.transfer.settle import settle_new, settle_stored
from core.transfer.words import same

Acts = list[tuple[Verb, dict[str, Values]]]


@dataclass
class Plan:
    """What an import would do. It may be applied where nothing is refused."""

    entity: Entity
    sheet: Sheet
    mapping: Mapping
    keys: list[FieldView]
    columns: dict[str, Values]
    outcomes: list[str]
    ids: list[int]
    problems: dict[int, list[tuple[str, str]]]
    unknowns: list[Unknown]
    questions: list[Question]
    made: Rows
    order: list[int]
    changes: dict[int, Row]
    before: dict[int, Row]
    versions: dict[int, int]
    fresh: dict[str, list[Row]] = field(default_factory=dict)
    acts: Acts = field(default_factory=list)
    late: set[int] = field(default_factory=set)
    touched: set[tuple[str, int]] = field(default_factory=set)
    twins: dict[int, int] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(self.outcomes)
        return {"read": len(self.sheet), **{name: found[name] for name in (CREATED, UPDATED, UNCHANGED, REFUSED)}}

    @property
    def empty(self) -> dict[str, int]:
        """How many rows leave a mapped field empty, by the field's short name: what a list should show as missing."""
        counts = {column.view.short: column.values.count(None) for column in self.columns.values()}
        return {name: count for name, count in counts.items() if count}

    @property
    def is_ready(self) -> bool:
        return not self.problems

    def forget_texts(self) -> None:
        """Let go of what was only needed to plan and to show: half of the memory of a long file."""
        self.columns.clear()
        self.sheet = replace(self.sheet, columns=())

    def problem_list(self, limit: int = 1000) -> list[Problem]:
        """Why rows are refused, in the order of the lines; the same problem of many rows once, with their number."""
        first: dict[tuple[str, str], int] = {}
        count: Counter[tuple[str, str]] = Counter()
        for index in sorted(self.problems):
            for pair in self.problems[index]:
                first.setdefault(pair, self.sheet.lines[index])
                count[pair] += 1
        return [Problem(line, *pair, count[pair]) for pair, line in list(first.items())[:limit]]


def plan(session: ActorSession, entity: Entity, sheet: Sheet, mapping: Mapping) -> Plan:
    """Plan as the session's actor. Raises Invalid where the file is no table of the entity, or Forbidden.

    Take a session of `reading(actor, clear=True)`: what the actor may see clear is then compared clear.
    """
    demand(session.actor, entity.permission("import"))
    chosen = chosen_fields(session.actor, entity, sheet, mapping)
    draft = Draft(session, entity, sheet, mapping, key_views(entity, sheet, mapping, chosen))
    inner = [pair for pair in chosen if pair[0].target == entity.table.name]
    for view, source in chosen:
        if (view, source) not in inner:
            draft.columns[view.name] = read_field(draft, view, source)
    identify(draft)
    here = _records_here(draft) if inner else {}
    for view, source in inner:
        draft.columns[view.name] = read_field(draft, view, source, here)
    demand_equal_twins(draft)
    acts = [_act(draft, name, fields) for name, fields in mapping.verbs.items()]
    return _settled(draft, acts, owner_of_new(session.actor, entity, chosen))


def _settled(draft: Draft, acts: Acts, owner_id: int | None) -> Plan:
    row_of = {draft.ids[i]: i for i in draft.sound_rows() if draft.ids[i] in draft.stored}
    changes, before, versions = settle_stored(draft, row_of)
    new = [i for i in draft.sound_rows() if draft.ids[i] not in draft.stored]
    _demand_rights(draft, bool(new), bool(changes))
    made = settle_new(draft, new, owner_id)
    check_unique(draft, made, changes)
    order = parents_first(draft, [i for i in new if i not in draft.problems])
    _refuse_twins(draft)
    return Plan(
        draft.entity, draft.sheet, draft.mapping, draft.keys, draft.columns, _outcomes(draft, changes), draft.ids,
        draft.problems, draft.unknowns, draft.questions, made, order, changes, before, versions, draft.fresh, acts,
        draft.late, draft.touched, draft.twins,
    )  # fmt: skip


def _demand_rights(draft: Draft, creates: bool, updates: bool) -> None:
    for verb, is_needed in (("create", creates), ("update", updates)):
        if is_needed:
            demand(draft.session.actor, draft.entity.permission(verb))


def _refuse_twins(draft: Draft) -> None:
    """A row that stands for another is refused with it."""
    for index, first in draft.twins.items():
        for label, reason in draft.problems.get(first, ()):
            draft.refuse(index, label, reason)


def _outcomes(draft: Draft, changes: dict[int, Row]) -> list[str]:
    return [
        REFUSED if index in draft.problems
        else UNCHANGED if index in draft.twins
        else CREATED if record_id not in draft.stored
        else UPDATED if record_id in changes
        else UNCHANGED
        for index, record_id in enumerate(draft.ids)
    ]  # fmt: skip


def _records_here(draft: Draft) -> Here:
    """The file's own records by their names: what a row may name as its parent."""
    found: Here = {}
    names = [column.key for column in draft.entity.key if column.key in draft.columns]
    for name in names:
        for text, record_id in zip(draft.columns[name].texts, draft.ids, strict=True):
            ids = found.setdefault(same(text), [])
            if text and record_id not in ids:
                ids.append(record_id)
    return found


def _act(draft: Draft, name: str, fields: Fields) -> tuple[Verb, dict[str, Values]]:
    """A verb to run on each created record, with the values it asks for."""
    verb = draft.entity.verb(name)
    if verb is None:
        raise Invalid(_("In the mapping, “{place}” is not known.", place=f"verbs.{name}"))
    demand(draft.session.actor, draft.entity.permission(verb.permission))
    views = {view.short: view for view in (field_view(column) for column in verb.fields)}
    if strange := sorted(fields.keys() - views.keys()):
        raise Invalid(_("In the mapping, “{place}” is not known.", place=f"verbs.{name}.{strange[0]}"))
    return verb, {views[short].name: read_field(draft, views[short], source) for short, source in fields.items()}
