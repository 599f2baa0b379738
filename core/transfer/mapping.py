"""A `Mapping` says which column of a file fills which field, and what the file's words mean. Its file form is TOML.

entity = "crm.opportunity"
key = ["code"]                        # the fields that tell one record from another
clear_empty = false                   # an empty cell leaves what is stored; true: it empties the field

[fields]
code = "opportunity_id"               # a column of the file
state = { value = "open" }            # the same for all rows
name = { template = "{product} {account}" }
revenue = { column = "revenue", factor = "1000000" }
engaged_on = { column = "engage_date", date_format = "%d/%m/%Y" }
username = { column = "sales_agent", slug = "." }      # Anna Snelling: anna.snelling
stage = { column = "deal_stage", values = { Won = "won" } }

[fields.product]
column = "product"
[fields.product.unknown]              # what becomes of a name that no record has
"GTXPro" = { to = "GTX Pro" }         # the key (code, name) of a record
"Other" = "empty"
"*" = "create"                        # all others; or { create = { kind = "city" } } with more fields

[verbs.give_role]                     # an act on each record that the import creates
role = { value = "account_manager" }
"""

import tomllib
from collections.abc import Mapping as Names
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from core.errors import Invalid
from core.i18n import _

EVERY = "*"


@dataclass(frozen=True)
class Answer:
    """What becomes of an unknown name: it means a record (`to` is its key), is created, or is left empty."""

    act: Literal["to", "create", "empty"]
    to: str = ""
    values: Names[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """Where a field's texts come from, and how they are read."""

    column: str = ""
    value: str = ""
    template: str = ""
    slug: str = ""
    factor: str = ""
    date_format: str = ""
    values: Names[str, str] = field(default_factory=dict)
    unknown: Names[str, Answer] = field(default_factory=dict)

    def answer(self, text: str) -> Answer | None:
        return self.unknown.get(text) or self.unknown.get(EVERY)


Fields = dict[str, Source]


@dataclass(frozen=True)
class Mapping:
    """`fields` by the field's short name (`owner`, not `owner_id`). Without `key` the entity's own key is used."""

    fields: Fields = field(default_factory=dict)
    key: tuple[str, ...] = ()
    clear_empty: bool = False
    verbs: dict[str, Fields] = field(default_factory=dict)
    entity: str = ""

    def answered(self, name: str, text: str, answer: Answer) -> "Mapping":
        """The mapping with one unknown name settled."""
        source = self.fields[name]
        return self.sourced(name, replace(source, unknown={**source.unknown, text: answer}))

    def sourced(self, name: str, source: Source) -> "Mapping":
        return replace(self, fields={**self.fields, name: source})

    def to_dict(self) -> dict[str, Any]:
        """As JSON and TOML carry it: without what is empty."""
        made = {
            "entity": self.entity, "key": list(self.key), "clear_empty": self.clear_empty,
            "fields": _fields_dict(self.fields),
            "verbs": {verb: _fields_dict(fields) for verb, fields in self.verbs.items()},
        }  # fmt: skip
        return {name: value for name, value in made.items() if value}


def _fields_dict(fields: Fields) -> dict[str, Any]:
    return {name: _source_dict(source) for name, source in fields.items()}


def _source_dict(source: Source) -> dict[str, Any]:
    made: dict[str, Any] = {name: value for name, value in asdict(source).items() if value}
    if source.unknown:
        made["unknown"] = {text: _answer_value(answer) for text, answer in source.unknown.items()}
    return made


def _answer_value(answer: Answer) -> Any:
    if answer.act == "to":
        return {"to": answer.to}
    return {"create": dict(answer.values)} if answer.values else answer.act


# --- reading --------------------------------------------------------------------------------------------------


def read_mapping(text: str) -> Mapping:
    """From TOML. Raises Invalid with the place of the mistake."""
    try:
        return mapping_of(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise Invalid(_("The mapping is not TOML: {text}", text=str(error))) from error


def mapping_of(data: dict[str, Any]) -> Mapping:
    """From the same data as JSON or TOML gives it. A name that no mapping has is refused, never skipped."""
    _demand_names(data, {"entity", "key", "clear_empty", "fields", "verbs"}, "")
    key = data.get("key", [])
    return Mapping(
        fields=_fields(data.get("fields", {}), "fields"),
        key=(key,) if isinstance(key, str) else tuple(key),
        clear_empty=bool(data.get("clear_empty", False)),
        verbs={
            verb: _fields(fields, f"verbs.{verb}") for verb, fields in _table(data.get("verbs", {}), "verbs").items()
        },
        entity=str(data.get("entity", "")),
    )


def _fields(data: Any, place: str) -> Fields:
    return {name: _source(value, f"{place}.{name}") for name, value in _table(data, place).items()}


def _source(data: Any, place: str) -> Source:
    if isinstance(data, str):
        return Source(column=data)
    _demand_names(
        _table(data, place),
        {"column", "value", "template", "slug", "factor", "date_format", "values", "unknown"},
        place,
    )
    if sum(name in data for name in ("column", "value", "template")) != 1:
        raise Invalid(_("In the mapping, “{place}” needs one of column, value and template.", place=place))
    texts = {name: str(data.get(name, "")) for name in ("column", "value", "template", "slug", "factor", "date_format")}
    values = {str(k): str(v) for k, v in _table(data.get("values", {}), place).items()}
    unknown = {k: _answer(v, f"{place}.unknown.{k}") for k, v in _table(data.get("unknown", {}), place).items()}
    return Source(**texts, values=values, unknown=unknown)


def _answer(data: Any, place: str) -> Answer:
    if data in ("create", "empty"):
        return Answer(data)
    if isinstance(data, dict) and len(data) == 1:
        if "to" in data:
            return Answer("to", to=str(data["to"]))
        if isinstance(data.get("create"), dict):
            return Answer("create", values={str(k): str(v) for k, v in data["create"].items()})
    raise Invalid(_('In the mapping, “{place}” is none of create, empty and {to = "…"}.', place=place))


def _table(data: Any, place: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise Invalid(_("In the mapping, “{place}” should be a table.", place=place))
    return data


def _demand_names(data: dict[str, Any], known: set[str], place: str) -> None:
    if strange := sorted(data.keys() - known):
        raise Invalid(_("In the mapping, “{place}” is not known.", place=".".join(filter(None, (place, strange[0])))))


# --- writing --------------------------------------------------------------------------------------------------


def write_mapping(mapping: Mapping) -> str:
    """As TOML, to be kept and given to `octant import --mapping`."""
    data = mapping.to_dict()
    lines = [f"{name} = {_toml(data[name])}" for name in ("entity", "key", "clear_empty") if name in data]
    for head, fields in (
        ("fields", data.get("fields", {})),
        *((f"verbs.{v}", f) for v, f in data.get("verbs", {}).items()),
    ):
        lines += ["", f"[{head}]", *(f"{_toml_key(name)} = {_toml(value)}" for name, value in fields.items())]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_toml_key(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(part) for part in value) + "]"
    return _toml_text(str(value))


def _toml_key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "").isalnum() else _toml_text(name)


def _toml_text(text: str) -> str:
    escaped = (
        f"\\u{ord(char):04X}" if char < " " or char == "\x7f" else char
        for char in text.replace("\\", "\\\\").replace('"', '\\"')
    )
    return '"' + "".join(escaped) + '"'
