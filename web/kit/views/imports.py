"""The import wizard: upload, mapping, unknown references, preview, then a job and its result."""

from dataclasses import dataclass
from typing import Literal

from web.kit.views.common import Figure, Link, Post, Step
from web.kit.views.forms import Field


@dataclass(frozen=True, kw_only=True)
class UploadPage:
    """`inputs` are the file and whatever else must be said first. `expected` names the columns that are known."""

    title: str
    steps: tuple[Step, ...]
    action: str
    inputs: tuple[Field, ...]
    cancel: str
    key: str = ""
    error: str = ""
    limits: str = ""
    expected: tuple[str, ...] = ()
    sample: Link | None = None


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of the file, the field proposed for it, and what the file has there."""

    head: str
    target: Field
    samples: tuple[str, ...] = ()
    is_proposed: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class MappingPage:
    """`questions` are what the file cannot tell: an ambiguous date format, the key, the sheet."""

    title: str
    steps: tuple[Step, ...]
    action: str
    facts: tuple[str, ...]
    columns: tuple[Column, ...]
    questions: tuple[Field, ...]
    cancel: str
    back: str = ""
    key: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What may be done with an unknown name. With `target` the answer needs a record to map to."""

    value: str
    text: str
    selected: bool = False
    target: Field | None = None
    help: str = ""


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """A name that the file uses and nobody knows: once, with how often it occurs."""

    name: str
    field: str
    text: str
    count: str
    answers: tuple[Answer, ...]
    near: str = ""
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class UnknownsPage:
    title: str
    steps: tuple[Step, ...]
    action: str
    unknowns: tuple[Unknown, ...]
    cancel: str
    back: str = ""
    key: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    error: str = ""


Outcome = Literal["created", "updated", "unchanged", "refused"]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How many rows end this way. `href` shows only those."""

    outcome: Outcome
    text: str
    count: str
    href: str = ""
    current: bool = False


@dataclass(frozen=True, kw_only=True)
class PreviewRow:
    """`changes` say what an update would change: field, old value, new value."""

    line: str
    outcome: Outcome
    verdict: str
    cells: tuple[str, ...]
    problems: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Problem:
    line: str
    field: str
    text: str
    value: str = ""


@dataclass(frozen=True, kw_only=True)
class PreviewPage:
    """`submit` is empty if nothing can be imported; `refusal` then says why."""

    title: str
    steps: tuple[Step, ...]
    action: str
    verdicts: tuple[Verdict, ...]
    heads: tuple[str, ...]
    body: tuple[PreviewRow, ...]
    submit: str
    cancel: str
    back: str = ""
    key: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    refusal: str = ""
    notes: tuple[str, ...] = ()
    previous: str = ""
    next: str = ""


@dataclass(frozen=True, kw_only=True)
class ResultPage:
    title: str
    steps: tuple[Step, ...]
    summary: str
    figures: tuple[Figure, ...]
    problems: tuple[Problem, ...] = ()
    undo: Post | None = None
    links: tuple[Link, ...] = ()
