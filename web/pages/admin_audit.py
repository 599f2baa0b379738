"""The journal of everybody's changes: who, when, what kind of record and which fields, never the values.

A record's own history shows values to whoever may read the record; the journal links there for those.
"""

from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from core.fields import label_of
from core.i18n import N_, _
from core.oversight import Entry, Search, entries
from core.registry import registry
from core.titles import Titles, titles
from web.kit import format as texts
from web.kit.deeds import DEEDS
from web.kit.requests import Ask, address
from web.kit.shell import page
from web.kit.views import Crumb, Field, Option, field
from web.pages import admin
from web.pages.changes import ORIGINS

SHOWN = 50
ASKED = ("who", "entity", "record", "verb", "day")


@dataclass(frozen=True, kw_only=True)
class AuditLine:
    at: str
    when: str
    who: str
    username: str
    verb: str
    kind: str
    record: str
    href: str
    fields: str
    via: str


@dataclass(frozen=True, kw_only=True)
class AuditPage:
    frame: admin.Frame
    title: str
    inputs: tuple[Field, ...]
    lines: tuple[AuditLine, ...]
    next: str
    is_narrowed: bool


def show(ask: Ask) -> Response:
    before = ask.query.get("before", "")
    with ask.reading() as session:
        found = entries(session, search_of(ask), before=_number(before), limit=SHOWN + 1)
        names = titles(session, _named(found[:SHOWN]))
    pairs = [(name, value) for name in ASKED if (value := ask.query.get(name, "").strip())]
    title = _("Journal")
    view = AuditPage(
        frame=admin.frame(title, "/admin/audit", _("Who changed what, and when. Values are not shown here.")),
        title=title, inputs=inputs(ask), lines=tuple(audit_line(each, names) for each in found[:SHOWN]),
        next=address("/admin/audit", [*pairs, ("before", str(found[SHOWN - 1].id))]) if len(found) > SHOWN else "",
        is_narrowed=bool(pairs),
    )  # fmt: skip
    return page(ask, "admin/audit.html", view, admin.crumbs(Crumb(text=title)))


def search_of(ask: Ask) -> Search:
    """What cannot be a number or a day asks for nothing."""
    typed = dict(zip(ASKED, admin.typed(ask, *ASKED), strict=True))
    try:
        day = date.fromisoformat(typed["day"])
    except ValueError:
        day = None
    return Search(
        who=typed["who"], entity=typed["entity"], record_id=_number(typed["record"]), verb=typed["verb"], day=day
    )  # fmt: skip


def _number(typed: str) -> int | None:
    return int(typed) if typed.isdecimal() and len(typed) < 19 else None


def _named(found: list[Entry]) -> dict[str, set[int]]:
    wanted: dict[str, set[int]] = {}
    for each in found:
        entity = registry().entity(each.entity)
        if entity is not None:
            wanted.setdefault(entity.table.name, set()).add(each.record_id)
    return wanted


# What the journal notes of an export, beside the fields of records.
NOTED = (N_("Rows"), N_("Words"), N_("Filters"))


def audit_line(each: Entry, names: Titles) -> AuditLine:
    """A record that the administrator may not read has a number and no name."""
    entity = registry().entity(each.entity)
    title = names.get((entity.table.name, each.record_id), "") if entity else ""
    fields = [_(entity.fields[n].label) if entity and n in entity.fields else _(label_of(n)) for n in each.fields]
    return AuditLine(
        at=texts.instant(each.at), when=texts.when(each.at), who=each.who, username=each.username,
        verb=verb_text(each.verb), kind=_(entity.label if entity else label_of(each.entity.rpartition(".")[2])),
        record=title or (f"#{each.record_id}" if each.record_id else ""),
        href=f"{entity.path}/{each.record_id}/history" if entity and title else "",
        fields=texts.listed(fields), via=_(ORIGINS[each.origin]) if each.origin in ORIGINS else "",
    )  # fmt: skip


def verb_text(verb: str) -> str:
    if verb in DEEDS:
        return _(DEEDS[verb])
    found = (each.verb(verb) for each in registry().entities())
    declared = next((one for one in found if one is not None), None)
    label = declared.label if declared else DEEDS["update"]
    return _(label)


def inputs(ask: Ask) -> tuple[Field, ...]:
    kinds = sorted(((_(e.label), e.stem) for e in registry().entities()), key=lambda pair: pair[0])
    verbs = sorted((_(text), code) for code, text in DEEDS.items())
    return (
        field("who", _("Person"), value=ask.query.get("who", ""), placeholder=_("name or user name"), max_length=80),
        _choice(ask, "entity", _("Kind of record"), [(code, text) for text, code in kinds]),
        field("record", _("Number of the record"), "number", ask.query.get("record", ""), max_length=19),
        _choice(ask, "verb", _("Act"), [(code, text) for text, code in verbs]),
        field("day", _("Day"), "date", ask.query.get("day", "")),
    )


def _choice(ask: Ask, name: str, label: str, choices: list[tuple[str, str]]) -> Field:
    chosen = ask.query.get(name, "")
    options = tuple(Option(value=code, text=text, selected=code == chosen) for code, text in choices)
    return field(name, label, "choice", chosen, options=options, placeholder=_("all"))
