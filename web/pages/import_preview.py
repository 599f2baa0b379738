"""The wizard's last steps: every row's verdict before anything is written, and afterwards what was done, with Undo."""

import secrets

from starlette.responses import Response

from core.entity import Entity
from core.errors import Conflict, NotFound
from core.i18n import _
from core.jobs import JobRecord, find
from core.registry import registry
from core.transfer import CREATED, REFUSED, UNCHANGED, UPDATED, Plan, batches_of, find_batch, preview, undo_batch
from core.transfer import PreviewRow as PlannedRow
from core.transfer.previews import preview_heads
from web.kit import format as texts
from web.kit.requests import SIGNED_IN, Ask, Routes, address, see_other
from web.kit.shell import page
from web.kit.views import (
    Entry,
    Figure,
    HistoryPage,
    Link,
    Post,
    PreviewPage,
    PreviewRow,
    Problem,
    ResultPage,
    Verdict,
)  # fmt: skip
from web.pages.imports import crumbs, plan_of, stage_of, step_path, steps, title, token_of
from web.pages.results import IMPORT

ROWS = 50
OUTCOMES = (CREATED, UPDATED, UNCHANGED, REFUSED)


def routes() -> Routes:
    made = Routes()
    made.get("/jobs/{id:int}/result", SIGNED_IN, result)
    return made


def outcome_text(outcome: str) -> str:
    return {CREATED: _("to be created"), UPDATED: _("to be updated"), UNCHANGED: _("unchanged"), REFUSED: _("refused")}[
        outcome
    ]


# --- before ---------------------------------------------------------------------------------------------------


def show(ask: Ask, entity: Entity) -> Response:
    plan = plan_of(ask, entity, stage_of(ask))
    only, start = ask.query.get("only", ""), start_of(ask)
    outcome = only if only in OUTCOMES else None
    with ask.reading(clear=True) as session:
        rows = preview(session, plan, outcome, start=start, limit=ROWS)
    path, total = step_path(entity, token_of(ask), "preview"), plan.counts[outcome or "read"]
    view = PreviewPage(
        title=title(entity), steps=steps("preview"), action=step_path(entity, token_of(ask), "start"),
        verdicts=verdicts(plan, path, outcome), heads=preview_heads(plan), body=tuple(row(each) for each in rows),
        submit=submit_text(plan), cancel=entity.path, back=step_path(entity, token_of(ask), "columns"),
        key=secrets.token_urlsafe(12), refusal=refusal(plan), notes=notes(plan),
        previous=address(path, paged(only, start - ROWS)) if start else "",
        next=address(path, paged(only, start + ROWS)) if start + ROWS < total else "",
    )  # fmt: skip
    return page(ask, "import/preview.html", view, crumbs(entity))


def start_of(ask: Ask) -> int:
    typed = ask.query.get("start", "")
    return int(typed) if typed.isdecimal() and len(typed) < 9 else 0


def paged(only: str, start: int) -> list[tuple[str, str]]:
    return [pair for pair in (("only", only), ("start", str(max(start, 0)))) if pair[1] not in ("", "0")]


def verdicts(plan: Plan, path: str, current: str | None) -> tuple[Verdict, ...]:
    return tuple(
        Verdict(
            outcome=outcome, text=outcome_text(outcome), count=texts.number(plan.counts[outcome]),  # type: ignore[arg-type]
            href=address(path, [("only", outcome)]) if outcome != current else path, current=outcome == current,
        ) for outcome in OUTCOMES
    )  # fmt: skip


def row(found: PlannedRow) -> PreviewRow:
    changes = tuple(_("{field}: {old} → {new}", field=c.label, old=c.old, new=c.new) for c in found.changes)
    problems = tuple(f"{field}: {text}" if field else text for field, text in found.problems)
    return PreviewRow(
        line=str(found.line), outcome=found.outcome, verdict=outcome_text(found.outcome), cells=found.cells,  # type: ignore[arg-type]
        problems=problems, changes=changes,
    )  # fmt: skip


def submit_text(plan: Plan) -> str:
    written = plan.counts[CREATED] + plan.counts[UPDATED]
    rows = texts.plural(written, _("Import 1 row"), _("Import {n} rows", n=texts.number(written)))
    return rows if plan.is_ready and written else ""


def refusal(plan: Plan) -> str:
    if plan.counts[REFUSED]:
        return _(
            "{n} rows are refused, and a file goes in whole or not at all. Go back, or correct the file.",
            n=texts.number(plan.counts[REFUSED]),
        )
    return (
        ""
        if plan.counts[CREATED] + plan.counts[UPDATED]
        else _("Everything in this file is stored already. There is nothing to import.")
    )


def notes(plan: Plan) -> tuple[str, ...]:
    """The reasons for refusals once each, what is created besides, and what the file leaves empty."""
    found = [
        _("{reason} ({n} rows, first in line {line})", reason=p.reason, n=texts.number(p.count), line=p.line)
        for p in plan.problem_list(limit=5)
    ]  # fmt: skip
    for stem, fresh in plan.fresh.items():
        entity = registry().entity(stem)
        if entity is not None and fresh:
            found.append(_("{n} new: {kind}", n=texts.number(len(fresh)), kind=_(entity.plural)))
    for name, count in plan.empty.items():
        view = plan.entity.field(name)
        if view is not None:
            found.append(_("{n} rows without “{field}”", n=texts.number(count), field=_(view.label)))
    return tuple(found)


# --- after ----------------------------------------------------------------------------------------------------


def result(ask: Ask) -> Response:
    job = find(ask.actor, ask.id)
    entity = registry().entity(str(job.arguments.get("entity", "")))
    if job.name != IMPORT or job.state != "done" or entity is None:
        raise NotFound(_("There is nothing at this address."))
    made = job.result or {}
    view = ResultPage(
        title=title(entity),
        steps=steps("import"),
        summary=summary(job),
        figures=figures(made),
        problems=tuple(
            Problem(line=str(p["line"]), field=p["field"], text=p["reason"]) for p in made.get("problems", [])[:200]
        ),
        undo=undo_button(entity, made.get("batch")),
        links=(
            Link(text=_("Import another file"), href=f"{entity.path}/import"),
            Link(text=_("To the list"), href=entity.path),
        ),
    )
    return page(ask, "import/result.html", view, crumbs(entity))


def summary(job: JobRecord) -> str:
    made, name = job.result or {}, str(job.arguments.get("name", ""))
    if made.get("refused"):
        return _("{file} was not imported: {n} rows are refused.", file=name, n=texts.number(made["refused"]))
    return _("{file} is imported: {n} rows were read.", file=name, n=texts.number(made.get("read", 0)))


def figures(made: dict[str, int]) -> tuple[Figure, ...]:
    names = (
        ("created", _("created")),
        ("updated", _("updated")),
        ("unchanged", _("unchanged")),
        ("refused", _("refused")),
    )
    return tuple(Figure(label=text, text=texts.number(made.get(key, 0))) for key, text in names)


def undo_button(entity: Entity, batch: int | None) -> Post | None:
    if not batch:
        return None
    return Post(
        text=_("Undo this import"),
        action=f"{entity.path}/imports/undo",
        fields=(("batch", str(batch)),),
        icon="undo-2",
        confirm=_("All records that it created are removed, and all that it changed are set back."),
    )


def earlier(ask: Ask, entity: Entity) -> Response:
    return earlier_page(ask, entity)


def earlier_page(ask: Ask, entity: Entity, error: str = "", status: int = 200) -> Response:
    entries = tuple(
        Entry(
            who=batch.username, when=texts.when(batch.at), at=texts.instant(batch.at), verb=batch.file, icon="upload",
            note=_("{created} created, {updated} updated, {unchanged} unchanged", created=texts.number(batch.created),
                   updated=texts.number(batch.updated), unchanged=texts.number(batch.unchanged)),
            via=_("undone") if batch.undone_at else "", undo=None if batch.undone_at else undo_button(entity, batch.id),
        ) for batch in batches_of(ask.actor, entity.stem)
    )  # fmt: skip
    back = Link(text=_("Import a file"), href=f"{entity.path}/import")
    heading = _("Imports: {kind}", kind=_(entity.plural))
    view = HistoryPage(title=heading, heading=heading, back=back, entries=entries, error=error)
    return page(ask, "entity/history.html", view, crumbs(entity), status)


def undo(ask: Ask, entity: Entity) -> Response:
    typed = ask.typed("batch")
    batch = find_batch(ask.actor, int(typed) if typed.isdecimal() and len(typed) < 20 else 0)
    try:
        undo_batch(ask.actor, batch.id)
    except Conflict as error:
        return earlier_page(ask, entity, str(error), 409)
    return see_other(f"{entity.path}/imports", flash="undone")
