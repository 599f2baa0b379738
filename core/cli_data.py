"""The commands that bring data in, take them back, and say them: import, undo, export, totals, report, verify."""

from pathlib import Path
from typing import Annotated

import typer

from core.command import As, Json, Where, actor_named, app, entity_named, query_of, say


@app.command("import")
def import_(
    entity: str,
    file: Path,
    mapping: Annotated[Path | None, typer.Option(help="A mapping file (TOML).")] = None,
    as_user: As = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, write nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Import a CSV or XLSX file: all of it, or nothing."""
    from core.transfer import import_file

    result = import_file(actor_named(as_user), entity_named(entity), file, mapping, dry_run=dry_run)
    problems = [f"  line {p['line']}: {p['reason']}" for p in result["problems"][:50]]
    counts = ", ".join(f"{result[key]} {key}" for key in ("read", "created", "updated", "unchanged", "refused"))
    say(as_json, result, f"{counts}. Batch {result['batch']}.", *problems)
    if result["refused"]:
        raise typer.Exit(1)


@app.command()
def undo(batch: int, as_user: As = None, as_json: Json = False) -> None:
    """Take back everything that one import did."""
    from core.transfer import undo_batch

    result = undo_batch(actor_named(as_user), batch)
    say(as_json, result, ", ".join(f"{count} {key}" for key, count in result.items() if key != "batch") + ".")


@app.command()
def export(
    entity: str,
    out: Annotated[Path, typer.Option(help="A .csv or .xlsx file to write.")],
    where: Where = None,
    as_user: As = None,
    as_json: Json = False,
) -> None:
    """Write the records that the user may see to a file."""
    from core.transfer import export_file

    rows = export_file(actor_named(as_user), entity_named(entity), query_of(where), out)
    say(as_json, {"rows": rows, "file": str(out)}, f"{rows} rows in {out}.")


@app.command()
def totals(
    entity: str,
    by: Annotated[str, typer.Option(help="FIELD[,FIELD]")] = "",
    total: Annotated[str | None, typer.Option("--sum", help="A field to sum.")] = None,
    where: Where = None,
    as_user: As = None,
    as_json: Json = False,
) -> None:
    """Count and sum records by fields. Keys are codes."""
    from core.db import reading
    from core.money import decimal_text
    from core.totals import totals as groups_of

    actor, chosen = actor_named(as_user), entity_named(entity)
    names = tuple(name for name in by.split(",") if name)
    money = bool(total) and (view := chosen.field(total)) is not None and view.kind == "money"

    def text(value: int | None) -> str | None:
        return None if value is None else decimal_text(value) if money else str(value)

    with reading(actor) as session:
        groups = groups_of(session, chosen, by=names, total=total, query=query_of(where))
    rows = [
        {"key": dict(zip(names, g.key, strict=True)) if len(names) > 1 else (g.key[0] if g.key else None),
         "count": g.count, "sum": text(g.sum)}
        for g in groups
    ]  # fmt: skip
    summed = sum(g.sum or 0 for g in groups) if total else None
    all_of_them = {"count": sum(g.count for g in groups), "sum": text(summed)}
    lines = [f"{row['key'] or '-'!s:30} {row['count']:>10} {row['sum'] or ''}" for row in rows]
    last = f"{'total':30} {all_of_them['count']:>10} {all_of_them['sum'] or ''}"
    say(as_json, {"groups": rows, "total": all_of_them}, *lines, last)


@app.command()
def report(
    name: str,
    out: Annotated[Path, typer.Option(help="The file to write.")],
    form: Annotated[str, typer.Option("--format", help="pdf, slides, xlsx or csv")] = "pdf",
    on: Annotated[str | None, typer.Option(help="The day of the report, as 2026-11-23.")] = None,
    where: Where = None,
    as_user: As = None,
    lang: Annotated[str, typer.Option(help="zh or en")] = "zh",
    as_json: Json = False,
) -> None:
    """Make a report as a file, with the rights of the user."""
    from core.papers import make_report

    actor, query = actor_named(as_user), query_of(where)
    size = make_report(actor, name, out, on=on, language=lang, query=query, form=form)
    say(as_json, {"file": str(out), "bytes": size}, f"{out}: {size} bytes.")


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A PDF that Octant made.")],
    as_json: Json = False,
) -> None:
    """Say whether a paper is ours and unchanged (then the exit code is 0), and which of its figures differ today."""
    from core.verify import as_json_says, as_sentences
    from core.verify import verify as verified

    found = verified(file.read_bytes())
    say(as_json, as_json_says(found), *as_sentences(found))
    raise typer.Exit(0 if found.verdict == "ours" else 1)
