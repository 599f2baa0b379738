"""Field kinds: how a column of each kind is declared, labelled, read from text and written as text.

The constructors (`text()`, `money()`, `ref()` ...) are what an entity's file uses; `view(column)` reads the
declaration back for lists, forms, files and checks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, String
from sqlmodel import Field

from core import clock
from core.errors import Invalid
from core.i18n import _
from core.money import decimal_text, round_half_up, to_fen

MISSING = object()
LARGEST, LARGEST_RATE = 2**53, 10**6


def text(size: int = 120, **info: Any) -> Any:
    return _field("text", info, max_length=size)


def long_text(size: int = 4000, **info: Any) -> Any:
    return _field("long_text", info, max_length=size)


def number(**info: Any) -> Any:
    return _field("number", info, sa_type=BigInteger)


def money(**info: Any) -> Any:
    return _field("money", info, sa_type=BigInteger)


def rate(**info: Any) -> Any:
    """A percentage, stored as basis points."""
    return _field("rate", info)


def phone(**info: Any) -> Any:
    return _field("phone", info, max_length=40)


def flag(default: bool = False, **info: Any) -> Any:
    return _field("flag", info, default=default)


def day(**info: Any) -> Any:
    return _field("date", info)


def month(**info: Any) -> Any:
    """A month, stored as its first day."""
    return _field("month", info)


def instant(**info: Any) -> Any:
    return _field("instant", info)


def choice(*codes: str, default: Any = None, **info: Any) -> Any:
    """One of a few codes that the program itself knows. `labels` names the codes whose words are not their label."""
    return _field("choice", {"choices": codes, **info}, max_length=24, default=default)


def ref(target: str, *, required: bool = False, **info: Any) -> Any:
    """A reference to another record. `index=False` where an index of several columns begins with it."""
    unique = info.pop("unique", False)
    indexed = info.pop("index", not unique)
    info["required"] = required
    return _field("ref", info, foreign_key=target, sa_type=BigInteger, index=indexed, unique=unique)


def _field(kind: str, info: dict[str, Any], *, default: Any = None, **settings: Any) -> Any:
    """`required=True` leaves the default out; the annotation then decides that the column is NOT NULL."""
    if info.pop("required", False):
        default = MISSING
    if default is not MISSING:
        settings["default"] = default
    return Field(**settings, sa_column_kwargs={"info": {"kind": kind, **info}})


@dataclass(frozen=True)
class Kind:
    """Two ways across the wire: `read` takes what a person typed, `write` gives what a file carries."""

    read: Callable[[str], Any]
    write: Callable[[Any], str]
    align: str = "start"


def _read_number(text: str) -> int:
    try:
        value = Decimal(text.replace(",", "").replace("，", "").replace("−", "-").strip())
    except ArithmeticError as error:
        raise Invalid(_("“{text}” is not a whole number.", text=text)) from error
    if not value.is_finite() or value != value.to_integral_value() or not -LARGEST <= value <= LARGEST:
        raise Invalid(_("“{text}” is not a whole number.", text=text))
    return int(value)


def _read_rate(text: str) -> int:
    try:
        value = Decimal(text.replace("%", "").replace("％", "").replace("−", "-").strip())
    except ArithmeticError as error:
        raise Invalid(_("“{text}” is not a percentage.", text=text)) from error
    if not value.is_finite() or not -LARGEST_RATE <= value <= LARGEST_RATE:
        raise Invalid(_("“{text}” is not a percentage.", text=text))
    return round_half_up(value * 100)


def _write_rate(points: int) -> str:
    return f"{Decimal(points) / 100:.2f}".rstrip("0").rstrip(".")


def read_date(text: str) -> date:
    """A day as `2026-11-23`, `2026/11/23`, `20261123` or `2026年11月23日`. Other orders are the importer's to ask."""
    cleaned = text.strip().replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-").replace(".", "-")
    for form in ("%Y-%m-%d", "%Y%m%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"):
        try:
            return datetime.strptime(cleaned, form).date()  # noqa: DTZ007 a day has no zone
        except ValueError:
            continue
    raise Invalid(_("“{text}” is not a date. Write it as 2026-11-23.", text=text))


def _read_month(text: str) -> date:
    digits = text.strip().replace("年", "-").replace("月", "").replace("/", "-")
    if len(digits) == 6 and digits.isdigit():
        digits = f"{digits[:4]}-{digits[4:]}"
    return read_date(f"{digits}-01" if digits.count("-") == 1 else digits).replace(day=1)


def _read_instant(text: str) -> datetime:
    """Raises Invalid also for the first and the last day of the calendar, which other zones do not have."""
    try:
        value = datetime.fromisoformat(text.strip())
        value = value if value.tzinfo else value.replace(tzinfo=clock.zone())
        value.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid(_("“{text}” is not a date. Write it as 2026-11-23.", text=text)) from error
    return value


_YES = {"1", "true", "yes", "y", "on", "是", "有", "√"}
_NO = {"0", "false", "no", "n", "off", "否", "无", "×"}


def _read_flag(text: str) -> bool:
    word = text.strip().lower()
    if word in _YES | _NO:
        return word in _YES
    raise Invalid(_("“{text}” is neither yes nor no.", text=text))


def _read_text(text: str) -> str:
    if "\x00" in text:
        raise Invalid(_("The text contains a character that cannot be stored."))
    return text.strip()


def _read_reference(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > 19 or int(text) >= 2**63:
        raise Invalid(_("Choose a value from the list."))
    return int(text)


KINDS: dict[str, Kind] = {
    "text": Kind(_read_text, str),
    "long_text": Kind(_read_text, str),
    "phone": Kind(_read_text, str),
    "number": Kind(_read_number, str, "end"),
    "money": Kind(to_fen, decimal_text, "end"),
    "rate": Kind(_read_rate, _write_rate, "end"),
    "flag": Kind(_read_flag, lambda value: "1" if value else "0"),
    "date": Kind(read_date, date.isoformat, "end"),
    "month": Kind(_read_month, lambda value: value.strftime("%Y-%m"), "end"),
    "instant": Kind(_read_instant, lambda value: clock.local(value).strftime("%Y-%m-%dT%H:%M"), "end"),
    "choice": Kind(_read_text, str),
    "ref": Kind(_read_reference, str),
    "list": Kind(lambda text: [part.strip() for part in text.split(",") if part.strip()], ",".join),
}


@dataclass(frozen=True)
class FieldView:
    """One column of one entity, as lists, forms, files and checks see it."""

    name: str
    label: str
    kind: str
    required: bool
    column: Any
    size: int | None = None
    target: str | None = None
    choices: tuple[str, ...] = ()
    masked: bool = False

    @property
    def short(self) -> str:
        """The name that files and the command line use: `owner`, not `owner_id`."""
        return self.name.removesuffix("_id")

    @property
    def align(self) -> str:
        return KINDS[self.kind].align

    def read(self, typed: str) -> Any:
        """The stored value of what was typed. Empty is None; raises Invalid with a sentence."""
        if typed is None or typed.strip() == "":
            if self.required and self.kind != "flag":
                raise Invalid(_("Please fill in “{field}”.", field=_(self.label)))
            return False if self.kind == "flag" else None
        value = KINDS[self.kind].read(typed)
        if self.choices and not {*(value if self.kind == "list" else [value])} <= {*self.choices}:
            raise Invalid(_("“{text}” is not one of the choices.", text=typed))
        if self.size and isinstance(value, str) and len(value) > self.size:
            raise Invalid(_("At most {n} characters, please.", n=self.size))
        return value

    def write(self, value: Any) -> str:
        return "" if value is None else KINDS[self.kind].write(value)

    def choice_label(self, code: str | list[str] | None) -> str:
        if isinstance(code, list):
            return ", ".join(self.choice_label(part) for part in code)
        return _(choice_message(self.column.property.columns[0], code)) if code else ""


def choice_message(column: Any, code: str) -> str:
    """The catalogue's message of a choice: the words given for it, else the code as words."""
    labels: dict[str, str] = column.info.get("labels", {})
    return labels.get(code) or code.replace("_", " ").capitalize()


_LANGUAGES = {"_zh": " (Chinese)", "_en": " (English)"}


def label_of(name: str) -> str:
    """A label from a column's name: `grade_id` is Grade, `name_zh` is Name (Chinese)."""
    bare = name.removesuffix("_id").removesuffix("_at").removesuffix("_on")
    words = bare[:-3] if bare[-3:] in _LANGUAGES else bare
    return words.replace("_", " ").capitalize() + _LANGUAGES.get(bare[-3:], "")


_BY_TYPE: dict[type | None, str] = {bool: "flag", int: "number", date: "date", datetime: "instant", str: "text"}


def view(attribute: Any) -> FieldView:
    """Read a mapped attribute's declaration, such as `Account.grade_id`."""
    model, name = attribute.class_, attribute.key
    column = model.__table__.c[name]
    keys = list(column.foreign_keys)
    kind = column.info.get("kind") or ("ref" if keys else _BY_TYPE.get(_python_type(column), "list"))
    return FieldView(
        name=name,
        label=column.info.get("label") or label_of(name),
        kind=kind,
        required=not column.nullable and column.default is None and kind != "flag",
        column=attribute,
        size=getattr(column.type, "length", None),
        target=keys[0].target_fullname.split(".")[0] if keys else None,
        choices=tuple(column.info.get("choices", ())),
        masked=bool(column.info.get("guard")),
    )


def _python_type(column: Any) -> type | None:
    if isinstance(getattr(column.type, "impl", column.type), String):
        return str
    try:
        return getattr(column.type, "impl_instance", column.type).python_type  # type: ignore[no-any-return]
    except NotImplementedError:
        return None
