"""Reads one mapped field over all rows, references included, and notes what it cannot settle."""

from dataclasses import dataclass
from typing import Any

from core.entity import Entity
from core.errors import Invalid
from core.fields import FieldView
from core.i18n import _
from core.registry import registry
from core.transfer.columns import Values, distinct, read_column, read_each, texts_of
from core.transfer.draft import Draft
from core.transfer.fresh import can_create, new_record
from core.transfer.mapping import Answer, Source
from core.transfer.references import Index, Unknown, index_of, nearest
from core.transfer.words import same

_SUGGESTED = 60

Here = dict[str, list[int]]


def read_field(draft: Draft, view: FieldView, source: Source, here: Here | None = None) -> Values:
    """The field's values; its problems are noted on the rows. `here` are the records of the file itself, by name."""
    texts = texts_of(draft.sheet, source)
    if view.kind == "ref":
        values = _read_references(draft, view, source, texts, here or {})
    else:
        values, question = read_column(view, source, texts)
        if question:
            draft.questions.append(question)
            values.problems = {i: _ask(question.label) for i, text in enumerate(texts) if text}
    for index, reason in values.problems.items():
        draft.refuse(index, _(view.label), reason)
    return values


def _ask(label: str) -> str:
    return _("The dates of “{field}” can be read in two ways. Say which.", field=label)


@dataclass
class _Search:
    """One reference column while its names are looked up."""

    draft: Draft
    view: FieldView
    source: Source
    target: Entity
    index: Index
    here: Here
    taken: set[str]

    def ids(self, text: str) -> list[int]:
        return self.index.ids(text) or self.here.get(same(text), [])


def _read_references(draft: Draft, view: FieldView, source: Source, texts: list[str], here: Here) -> Values:
    target = registry().entity_of_table(view.target or "")
    assert target is not None, view
    counts = distinct(texts)
    asked = [*counts, *(answer.to for answer in source.unknown.values() if answer.to)]
    search = _Search(draft, view, source, target, index_of(draft.session, target, asked), here, set())
    lost: dict[str, list[int]] = {}
    known: dict[str, Any] = {}
    for text in counts:
        ids = search.ids(text)
        answer = source.answer(text)
        if len(ids) == 1:
            known[text] = ids[0]
        elif answer is not None and (len(ids) == 0 or answer.act != "create"):
            known[text] = _settled(search, text, answer)
        else:
            lost[text] = ids
    _list_unknown(search, lost, counts, texts)
    return read_each(view, texts, lambda text: _known(search, known, text, lost))


def _known(search: _Search, known: dict[str, Any], text: str, lost: dict[str, list[int]]) -> Any:
    if text in lost:
        label = _(search.target.label)
        if lost[text]:
            raise Invalid(_("“{text}” is the name of several records ({target}).", text=text, target=label))
        raise Invalid(_("“{text}” is not known as {target}.", text=text, target=label))
    if isinstance(known[text], Invalid):
        raise known[text]
    return known[text]


def _settled(search: _Search, text: str, answer: Answer) -> Any:
    """The record that the answer gives the name, None for empty, or the error that the rows then have."""
    if answer.act == "empty":
        return None
    if answer.act == "to":
        ids = search.ids(answer.to)
        if len(ids) == 1:
            return ids[0]
        return Invalid(
            _(
                "“{text}” is to mean “{to}”, which is not one record ({target}).",
                text=text,
                to=answer.to,
                target=_(search.target.label),
            )
        )
    try:
        row = new_record(search.draft.session, search.target, text, dict(answer.values), search.taken)
    except Invalid as error:
        return error
    # Two fields that name the same new record get the same one.
    stem = search.target.stem
    twin = next((r for r in search.draft.fresh.get(stem, []) if _same_name(r, row)), None)
    if twin is None:
        search.draft.fresh.setdefault(stem, []).append(row)
        search.draft.fresh_ids.add(row["id"])
    return (twin or row)["id"]


def _same_name(first: dict[str, Any], second: dict[str, Any]) -> bool:
    return any(name in first and first[name] == second.get(name) for name in ("name", "name_zh"))


def _list_unknown(search: _Search, lost: dict[str, list[int]], counts: dict[str, int], texts: list[str]) -> None:
    """Each unknown name once, the most used first; suggestions are looked for where they are many people's trouble."""
    may_create = bool(lost) and can_create(search.draft.session.actor, search.target)
    first = {text: index for index, text in reversed([*enumerate(texts)])} if lost else {}
    for place, text in enumerate(sorted(lost, key=lambda name: -counts[name])):
        near = nearest(search.draft.session, search.index, text) if place < _SUGGESTED else ()
        search.draft.unknowns.append(
            Unknown(
                field=search.view.short, label=_(search.view.label), target=search.target.stem, text=text,
                count=counts[text], line=search.draft.sheet.lines[first[text]], near=near,
                is_ambiguous=bool(lost[text]), can_create=may_create and not lost[text],
            )
        )  # fmt: skip
