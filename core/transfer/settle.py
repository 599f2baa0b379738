"""What each row comes to: the values of a new record, or the differences to a stored one."""

from typing import Any

from sqlalchemy import select

from core.access import ACCESS
from core.dialects import id_slices
from core.errors import DomainError, Invalid, NotFound
from core.fields import FieldView
from core.i18n import _
from core.transfer.complete import completed_change, completed_new, has_rules, touched
from core.transfer.draft import Draft, Row, Rows
from core.transfer.words import readable
from core.wall import mask_phone

_MASK = "****"


def settle_new(draft: Draft, indexes: list[int], owner_id: int | None) -> Rows:
    """Rows to create, with what follows from them. A rule that needs a record of this same import is put off."""
    made = Rows(len(draft.sheet))
    needed = [view for view in draft.entity.fields.values() if view.required]
    for index in indexes:
        row = draft.values(index)
        if owner_id is not None:
            row["owner_id"] = owner_id
        row["id"] = draft.ids[index]
        missing = [view for view in needed if row.get(view.name) is None]
        for view in missing:
            draft.refuse(index, _(view.label), _("Please fill in “{field}”.", field=_(view.label)))
        _refuse_masks(draft, index)
        if not missing:
            made.put(index, _completed(draft, index, row))
    _note_touched(draft, [])
    return made


def _refuse_masks(draft: Draft, index: int) -> None:
    for column in draft.columns.values():
        if column.view.masked and _MASK in column.texts[index]:
            draft.refuse(index, _(column.view.label), _("“{text}” is hidden, and no value.", text=column.texts[index]))


def _completed(draft: Draft, index: int, row: Row) -> Row:
    try:
        return completed_new(draft.session, draft.entity, row)
    except NotFound as error:
        if not draft.fresh_ids.isdisjoint(v for v in row.values() if isinstance(v, int)):
            draft.late.add(index)
        else:
            draft.refuse(index, "", str(error))
    except DomainError as error:
        _refuse(draft, index, error)
    return row


def _refuse(draft: Draft, index: int, error: DomainError) -> None:
    problems = error.problems if isinstance(error, Invalid) else {}
    for name, sentence in problems.items():
        draft.refuse(index, draft.label(name), sentence)
    if not problems:
        draft.refuse(index, "", str(error))


def _note_touched(draft: Draft, own: list[Any]) -> None:
    for record in touched(draft.session, own):
        draft.touched.add((ACCESS[record.__tablename__].stem, record.id))


# --- stored records -------------------------------------------------------------------------------------------

Changes = dict[int, Row]


def settle_stored(draft: Draft, row_of: dict[int, int]) -> tuple[Changes, Changes, dict[int, int]]:
    """Changes by record, the values before them, and the versions that were compared."""
    changes: Changes = {}
    before: Changes = {}
    versions: dict[int, int] = {}
    table = draft.entity.table
    columns = [table.c[name] for name in dict.fromkeys(["id", "version", *draft.columns])]
    for part in id_slices(list(row_of)):
        rows = draft.session.connection().execute(select(*columns).where(table.c.id.in_(part))).mappings()
        stored = {row["id"]: row for row in rows}
        found = {i: c for i, row in stored.items() if (c := _differences(draft, row_of[i], row))}
        if has_rules(draft.entity) and found:
            found = _with_rules(draft, found, row_of)
        changes.update(found)
        versions.update((i, stored[i]["version"]) for i in found)
        before.update((i, {name: stored[i].get(name) for name in c}) for i, c in found.items())
    return changes, before, versions


def _differences(draft: Draft, index: int, stored: Any) -> Row:
    found: Row = {}
    for name, column in draft.columns.items():
        new, old = column.values[index], stored[name]
        if new == old or (new is None and not (draft.mapping.clear_empty and column.texts[index] == "")):
            continue
        if new is None and column.view.required:
            draft.refuse(index, draft.label(name), _("Please fill in “{field}”.", field=draft.label(name)))
        elif column.view.masked and old is not None:
            _hidden_difference(draft, index, column.view, column.texts[index], str(old), found)
        elif not _reads_the_same(column.view, new, old):
            found[name] = new
    return found


def _reads_the_same(view: FieldView, new: Any, old: Any) -> bool:
    """A value that a file cannot carry whole, such as the seconds of an instant, did not change."""
    if new is None or old is None:
        return False
    if isinstance(old, str):
        return new == readable(old)  # type: ignore[no-any-return]
    return view.kind != "list" and view.write(new) == view.write(old)


def _hidden_difference(draft: Draft, index: int, view: FieldView, text: str, shown: str, found: Row) -> None:
    """One's own mask coming back is no change; whoever sees only the mask may not change what is behind it."""
    if text in (shown, mask_phone(shown), _MASK):
        return
    if _MASK in shown:
        draft.refuse(index, _(view.label), _("You may not change what you may not see."))
    elif _MASK in text:
        draft.refuse(index, _(view.label), _("“{text}” is hidden, and no value.", text=text))
    else:
        found[view.name] = draft.columns[view.name].values[index]


def _with_rules(draft: Draft, found: Changes, row_of: dict[int, int]) -> Changes:
    model = draft.entity.model
    records = list(draft.session.scalars(select(model).where(model.id.in_(list(found)))))  # type: ignore[attr-defined]
    settled: Changes = {}
    for record in records:
        try:
            settled[record.id] = completed_change(draft.session, draft.entity, record, found[record.id])
        except DomainError as error:
            _refuse(draft, row_of[record.id], error)
    _note_touched(draft, records)
    for record in records:
        draft.session.expunge(record)
    return settled
