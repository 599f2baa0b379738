"""The files that a report is had as, of just what a page shows: PDF, slides, tables, or by itself every week."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.access import Actor
from core.i18n import N_, _
from core.registry import registry
from web.kit.requests import address

# Where a report is told to come by itself, and whose right that is.
SCHEDULE, MAY_SCHEDULE = "/reports/centre/schedule", "reports.schedule.create"
NAMED = {
    "slides": (N_("As slides (PDF)"), "presentation"),
    "xlsx": (N_("As an Excel file"), "file-spreadsheet"),
    "csv": (N_("As a CSV file"), "sheet"),
}


@dataclass(frozen=True, kw_only=True)
class File:
    text: str
    action: str
    icon: str


@dataclass(frozen=True, kw_only=True)
class Papers:
    """`fields` say what is shown now; `schedule` is the address that has the same come by itself."""

    action: str
    label: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[File, ...]
    schedule: str


def files_of(actor: Actor, name: str, fields: Iterable[tuple[str, str]] = ()) -> Papers | None:
    """None where there is no such report, or it is not the actor's to read."""
    report, kept = registry().report(name), tuple(fields)
    if report is None or not actor.may(report.permission):
        return None
    action = f"/reports/{name}"
    may_schedule = report.words is not None and actor.may(MAY_SCHEDULE)
    return Papers(
        action=action,
        label=_(report.label),
        fields=kept,
        files=tuple(
            File(text=_(NAMED[form][0]), action=f"{action}/{form}", icon=NAMED[form][1]) for form in report.forms
        ),
        schedule=address(SCHEDULE, [("report", name), *kept]) if may_schedule else "",
    )
