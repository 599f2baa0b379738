"""Finds the one way in which a whole column of dates can be read; where there are two, they are asked about."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.errors import Invalid
from core.fields import read_date
from core.i18n import _

SERIAL = "serial"
_PATTERNS = {
    "%d/%m/%Y": r"\d{1,2}/\d{1,2}/\d{4}",
    "%m/%d/%Y": r"\d{1,2}/\d{1,2}/\d{4}",
    "%d/%m/%y": r"\d{1,2}/\d{1,2}/\d{2}",
    "%m/%d/%y": r"\d{1,2}/\d{1,2}/\d{2}",
    "%y/%m/%d": r"\d{2}/\d{1,2}/\d{1,2}",
    "%d %b %Y": r"\d{1,2} [a-z]{3} \d{4}",
    "%d %B %Y": r"\d{1,2} [a-z]{3,9} \d{4}",
    "%b %d %Y": r"[a-z]{3} \d{1,2} \d{4}",
    "%B %d %Y": r"[a-z]{3,9} \d{1,2} \d{4}",
    "%d/%b/%Y": r"\d{1,2}/[a-z]{3}/\d{4}",
    "%d/%b/%y": r"\d{1,2}/[a-z]{3}/\d{2}",
    SERIAL: r"\d{5}",
}
_FORMS = {form: re.compile(pattern) for form, pattern in _PATTERNS.items()}
_CLOCK = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?$")


@dataclass(frozen=True)
class Dates:
    """How a column's dates are read. `form` is empty where all stand as 2026-11-23; two `forms` are a question."""

    form: str
    forms: tuple[str, ...] = ()
    example: str = ""


def _plain(text: str) -> str:
    """Without the time of day, with one kind of separator: `23.11.2026 10:00` as `23/11/2026`."""
    cleaned = _CLOCK.sub("", text.strip().lower())
    return (
        re.sub(r"[.\-]", "/", cleaned)
        if cleaned[:1].isdigit() and " " not in cleaned
        else re.sub(r"[,.]\s*", " ", cleaned).strip()
    )


def read_day(text: str, form: str) -> date:
    """A day in the form found for its column; the unmistakable 2026-11-23 is read in every column."""
    try:
        return read_date(text)
    except Invalid:
        found = _read_form(_plain(text), form) if form else None
        if found is None:
            raise
        return found


def _read_form(plain: str, form: str) -> date | None:
    pattern = _FORMS.get(form)
    if pattern is not None and not pattern.fullmatch(plain):
        return None
    if form == SERIAL:
        return date(1899, 12, 30) + timedelta(days=int(plain))
    try:
        return datetime.strptime(plain, form if pattern else re.sub(r"[.\-]", "/", form)).date()  # noqa: DTZ007
    except ValueError:
        return None


def recognise(texts: Iterable[str]) -> Dates:
    """Look at every text of the column. A form that reads all of them wins; else the one that reads the most."""
    open_texts = [text for text in texts if text.strip() and not _is_plain_day(text)]
    plain = [_plain(text) for text in open_texts]
    if not plain:
        return Dates("")
    read = {form: [_read_form(text, form) for text in plain] for form in _FORMS}
    hits = {form: sum(day is not None for day in days) for form, days in read.items()}
    best = max(hits.values())
    if best * 2 < len(plain):
        return Dates("")
    forms = [form for form in _FORMS if hits[form] == best]
    different = [form for i, form in enumerate(forms) if not any(read[form] == read[other] for other in forms[:i])]
    if len(different) == 1:
        return Dates(different[0])
    first, second = read[different[0]], read[different[1]]
    at = next(i for i in range(len(plain)) if first[i] != second[i])
    return Dates("", tuple(different), open_texts[at])


def _is_plain_day(text: str) -> bool:
    try:
        read_date(text)
    except Invalid:
        return False
    return True


def form_label(form: str, example: str) -> str:
    """A form as a person reads it: what the example would mean."""
    day = _read_form(_plain(example), form)
    words = {"d": _("day"), "m": _("month"), "b": _("month"), "B": _("month"), "Y": _("year"), "y": _("year")}
    order = re.sub(r"%([dmbBYy])", lambda match: words[match[1]], form) if form != SERIAL else _("number of days")
    return _("{order}: {text} is {day}", order=order, text=example, day=day.isoformat() if day else "?")
