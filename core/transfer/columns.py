"""Turns a column's texts into stored values: each different text is read once, whatever the number of rows."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from core import clock
from core.errors import Invalid
from core.fields import FieldView, choice_message
from core.i18n import LANGUAGES, _, translate
from core.transfer.dates import read_day, recognise
from core.transfer.mapping import Source
from core.transfer.read import Sheet
from core.transfer.words import same, slug, unguarded

_SLOT = re.compile(r"\{([^{}]+)\}")
_DAYS = ("date", "month", "instant")


@dataclass
class Values:
    """One field over all rows: stored values (None for an empty cell), and the rows that cannot be read, with why."""

    view: FieldView
    texts: list[str]
    values: list[Any] = field(default_factory=list)
    problems: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """What the file cannot tell: the form of a column's dates. `forms` go into the mapping as `date_format`."""

    field: str
    label: str
    forms: tuple[str, ...]
    example: str


def texts_of(sheet: Sheet, source: Source) -> list[str]:
    """The texts that fill the field, one a row, before they are read."""
    if source.template:
        texts = _filled(sheet, source.template)
    elif source.column:
        _demand_header(sheet, source.column)
        texts = sheet.column(source.column)
    else:
        texts = [source.value] * len(sheet)
    meant = {same(text): value for text, value in source.values.items()}
    known = {text: _cleaned(text, meant, source.slug) for text in set(texts)}
    return [known[text] for text in texts]


def _cleaned(text: str, meant: dict[str, str], sign: str) -> str:
    plain = unguarded(text.strip())
    found = meant.get(same(plain), plain)
    return slug(found, sign) if sign else found


def _filled(sheet: Sheet, template: str) -> list[str]:
    parts = _SLOT.split(template)
    columns = {name: sheet.column(name) for name in parts[1::2] if _demand_header(sheet, name)}
    pieces = [columns[part] if i % 2 else [part] * len(sheet) for i, part in enumerate(parts)]
    return [" ".join("".join(row).split()) for row in zip(*pieces, strict=True)]


def _demand_header(sheet: Sheet, name: str) -> bool:
    if name not in sheet.headers:
        columns = ", ".join(sheet.headers)
        raise Invalid(_("The file has no column “{name}”. It has: {columns}.", name=name, columns=columns))
    return True


def read_column(view: FieldView, source: Source, texts: list[str]) -> tuple[Values, Question | None]:
    """Read a column that is no reference. A question says that its dates can be read in two ways."""
    if view.kind not in _DAYS:
        return read_each(view, texts, reader(view, source)), None
    form, question = source.date_format, None
    if not form:
        found = recognise(set(texts))
        form = found.form
        if found.forms:
            question = Question(view.short, _(view.label), found.forms, found.example)
    return read_each(view, texts, lambda text: _read_day(view, text, form)), question


def read_each(view: FieldView, texts: list[str], read: Callable[[str], Any]) -> Values:
    known: dict[str, Any] = {"": None}
    wrong: dict[str, str] = {}
    for text in set(texts) - {""}:
        try:
            known[text] = read(text)
        except Invalid as error:
            known[text], wrong[text] = None, str(error)
    problems = {i: wrong[text] for i, text in enumerate(texts) if text in wrong} if wrong else {}
    return Values(view, texts, [known[text] for text in texts], problems)


def reader(view: FieldView, source: Source) -> Callable[[str], Any]:
    """What reads one text of the column."""
    if view.choices:
        names = _choice_names(view)
        if view.kind == "list":
            return lambda text: view.read(",".join(names.get(same(part), part) for part in re.split("[,、]", text)))
        return lambda text: view.read(names.get(same(text), text))
    if source.factor:
        factor = _factor(source.factor)
        return lambda text: view.read(_scaled(text, factor))
    return view.read


def _choice_names(view: FieldView) -> dict[str, str]:
    """Every word for a choice, in both languages, and its code."""
    column = view.column.property.columns[0]
    names: dict[str, str] = {}
    for code in view.choices:
        message = choice_message(column, code)
        names.update({same(translate(message, language)): code for language in LANGUAGES})
        names[same(code)] = code
    return names


def _factor(text: str) -> Decimal:
    try:
        return Decimal(text.replace("_", ""))
    except InvalidOperation as error:
        raise Invalid(_("In the mapping, the factor “{text}” is no number.", text=text)) from error


def _scaled(text: str, factor: Decimal) -> str:
    try:
        return f"{Decimal(text.replace(',', '').replace('，', '').strip()) * factor:f}"
    except InvalidOperation:
        return text


def _read_day(view: FieldView, text: str, form: str) -> Any:
    if view.kind == "month":
        return _read_month(view, text, form)
    if view.kind == "date":
        return read_day(text, form)
    try:
        return view.read(text)
    except Invalid:
        return datetime.combine(read_day(text, form), time(), clock.zone())


def _read_month(view: FieldView, text: str, form: str) -> Any:
    try:
        return view.read(text)
    except Invalid:
        return read_day(text, form).replace(day=1)


def distinct(texts: Iterable[str]) -> dict[str, int]:
    """The different texts with how often each occurs, in the order of their first row."""
    counts: dict[str, int] = {}
    for text in texts:
        if text:
            counts[text] = counts.get(text, 0) + 1
    return counts
