"""A form: sections of fields that keep what was typed, say what is wrong, and show a colleague's values beside mine."""

from dataclasses import dataclass
from typing import Literal

from web.kit.views.common import Link, Option

Kind = Literal[
    "text", "longtext", "number", "money", "percent", "date", "datetime", "month", "choice", "radio", "multi",
    "reference", "checkbox", "password", "email", "phone", "file",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Field:
    """One input, with the value exactly as typed.

    `choice`, `radio` and `multi` draw `options`; `reference` draws a select of `options`, or, with `suggest`,
    a text box that takes a name or a code. `suggest` is an address that answers `<option>`s; what was typed comes
    under the input's own name, and `field` says that name.
    `theirs` is the value a colleague saved meanwhile, shown beside the input with a button that takes it.
    """

    name: str
    label: str
    kind: Kind = "text"
    value: str = ""
    options: tuple[Option, ...] = ()
    suggest: str = ""
    error: str = ""
    help: str = ""
    unit: str = ""
    placeholder: str = ""
    autocomplete: str = "off"
    accept: str = ""
    max_length: int = 0
    required: bool = False
    read_only: bool = False
    is_wide: bool = False
    theirs: str | None = None
    theirs_value: str = ""

    @property
    def id(self) -> str:
        return "f-" + self.name.replace(".", "-")

    @property
    def describers(self) -> str:
        """The ids of the sentences that belong to the input, for `aria-describedby`."""
        parts = (("e", self.error), ("u", self.unit), ("h", self.help), ("t", self.theirs is not None))
        return " ".join(f"{self.id}-{mark}" for mark, is_there in parts if is_there)


def field(name: str, label: str, kind: Kind = "text", value: str = "", **more: object) -> Field:
    """The usual case in one short line."""
    return Field(name=name, label=label, kind=kind, value=value, **more)  # type: ignore[arg-type]  # checked by Field


@dataclass(frozen=True, kw_only=True)
class FormSection:
    fields: tuple[Field, ...]
    title: str = ""
    help: str = ""


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Who saved meanwhile, and when."""

    who: str
    when: str


@dataclass(frozen=True, kw_only=True)
class FormPage:
    """`key` makes a form that is sent twice count once; `version` is the record's version that was read.

    `hidden` are further fields that travel along. `error` is a sentence about the form as a whole.
    """

    title: str
    action: str
    sections: tuple[FormSection, ...]
    submit: str
    cancel: str
    key: str = ""
    version: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    error: str = ""
    conflict: Conflict | None = None
    subtitle: str = ""
    links: tuple[Link, ...] = ()

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(each for section in self.sections for each in section.fields)

    @property
    def wrong(self) -> tuple[Field, ...]:
        return tuple(each for each in self.fields if each.error)

    @property
    def first_wrong(self) -> str:
        return self.wrong[0].name if self.wrong else ""

    @property
    def has_files(self) -> bool:
        return any(each.kind == "file" for each in self.fields)
