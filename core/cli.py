"""The command line `octant`. Without `--as` the operator acts; with `--json` a command prints one JSON object."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from core.access import OPERATOR, Actor
from core.errors import DomainError
from core.i18n import _, set_language


class Commands(TyperGroup):
    """Our own commands, and behind them those of the modules, which are loaded only when one is asked for by name."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), *_module_commands()]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return super().get_command(ctx, cmd_name) or _module_commands().get(cmd_name)


app = typer.Typer(
    cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Octant 八方"
)

As = Annotated[str | None, typer.Option("--as", help="Act as this user.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Where = Annotated[list[str] | None, typer.Option("--where", help="FIELD=VALUE, may be given several times.")]


def main() -> None:
    """Run a command; an error that the user caused is one sentence on stderr and exit code 1."""
    set_language("en")
    try:
        app()
    except DomainError as error:
        problems = getattr(error, "problems", {})
        print(error, *(f"  {name}: {text}" for name, text in problems.items()), sep="\n", file=sys.stderr)
        sys.exit(1)


def _module_commands() -> dict[str, Any]:
    from core.module import registry

    found = {command.name: typer.main.get_command(command.app()) for command in registry().commands()}
    for name, group in found.items():
        group.name = name
    return found


def actor_named(name: str | None) -> Actor:
    from core.module import registry
    from core.signin import actor_for

    registry()
    return actor_for(name) if name else OPERATOR


def say(as_json: bool, data: dict[str, Any], *lines: str) -> None:
    if as_json:
        print(json.dumps(data, ensure_ascii=False, default=str))
    else:
        print("\n".join(lines))


def entity_named(stem: str) -> Any:
    from core.errors import NotFound
    from core.module import registry

    found = registry().entity(stem)
    if found is None:
        names = ", ".join(entity.stem for entity in registry().entities())
        raise NotFound(_("There is no entity “{name}”. There are: {names}.", name=stem, names=names))
    return found


def query_of(where: list[str] | None) -> Any:
    from core.errors import Invalid
    from core.lists import Query

    filters: dict[str, tuple[str, ...]] = {}
    for part in where or []:
        name, found, value = part.partition("=")
        if not found:
            raise Invalid(_("Write a condition as FIELD=VALUE, not “{text}”.", text=part))
        filters[name] = (*filters.get(name, ()), value)
    return Query(filters=filters)


# --- running --------------------------------------------------------------------------------------------------


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Serve the product, with its background work inside."""
    from importlib import import_module

    import_module("web.server").serve(host=host, port=port)


@app.command()
def work(threads: int = 2) -> None:
    """Do background work in a process of its own, until it is told to stop."""
    import signal
    import threading

    from core.jobs import work_forever
    from core.module import registry

    registry()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: stop.set())
    work_forever(stop, threads)


@app.command()
def migrate(as_json: Json = False) -> None:
    """Bring the database to the newest schema and add missing reference data. Safe to run again."""
    from core.migrate import upgrade
    from core.plant import plant_reference

    upgrade()
    planted = plant_reference()
    say(as_json, {"migrated": True, "planted": planted}, f"The database is up to date ({planted} rows added).")


@app.command()
def demo(as_json: Json = False) -> None:
    """Load the demo world once, and print its users."""
    from core.plant import plant_demo

    result = plant_demo()
    head = "The demo world is loaded." if result["loaded"] else "The demo world was loaded before."
    users = [f"  {name:10} {label}" for name, label in result["users"]]
    say(as_json, result, head, *users, f"  password for all: {result['password']}")


@app.command()
def doctor(as_json: Json = False) -> None:
    """Look whether this machine and this database are sound."""
    from core.doctor import diagnose
    from core.module import registry

    registry()
    findings = diagnose()
    rows = [{"name": n, "state": s, "says": t} for n, s, t in findings]
    say(as_json, {"findings": rows}, *(f"{s:5} {n}: {t}" for n, s, t in findings))
    if any(state == "bad" for _name, state, _text in findings):
        raise typer.Exit(1)


# --- data -----------------------------------------------------------------------------------------------------


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
    out: Annotated[Path, typer.Option(help="A .pdf file to write.")],
    on: Annotated[str | None, typer.Option(help="The day of the report, as 2026-11-23.")] = None,
    where: Where = None,
    as_user: As = None,
    lang: Annotated[str, typer.Option(help="zh or en")] = "zh",
    as_json: Json = False,
) -> None:
    """Make a report as a PDF file, with the rights of the user."""
    from core.papers import make_report

    pages = make_report(actor_named(as_user), name, out, on=on, language=lang, query=query_of(where))
    say(as_json, {"file": str(out), "bytes": pages}, f"{out}: {pages} bytes.")


# --- keeping --------------------------------------------------------------------------------------------------


@app.command()
def backup(
    to: Annotated[Path, typer.Option(help="The archive or the folder to write.")], as_json: Json = False
) -> None:
    """Write a verified backup of the database and the files."""
    from core.backup import backup as make
    from core.module import registry

    registry()
    made = make(to)
    say(as_json, {"archive": str(made)}, f"Backup written to {made}.")


@app.command()
def restore(archive: Path, as_json: Json = False) -> None:
    """Restore a backup into an empty database, and verify it."""
    from core.backup import restore as bring_back
    from core.module import registry

    registry()
    bring_back(archive)
    say(as_json, {"restored": str(archive)}, f"Restored from {archive}.")


users = typer.Typer(no_args_is_help=True, help="Users of this database.")
app.add_typer(users, name="user")


@users.command("add")
def user_add(
    username: str,
    name: Annotated[str, typer.Option(help="The name to show.")] = "",
    role: Annotated[list[str] | None, typer.Option(help="A role's code; may be given several times.")] = None,
    unit: Annotated[str | None, typer.Option(help="A unit's code.")] = None,
    password: Annotated[str | None, typer.Option(help="Made at random and printed where it is left out.")] = None,
    as_json: Json = False,
) -> None:
    """Add a user; the first one of a real database is its administrator, who also loads its data."""
    from core.plant import add_user

    made = add_user(username, name=name or username, roles=role or [], unit=unit, password=password)
    secret = "the one given" if password else made["password"]
    say(as_json, made, f"User {username} added. Roles: {', '.join(made['roles'])}. Password: {secret}",
        "Next: `octant serve`, then sign in on its page and change the password.")  # fmt: skip


@users.command("list")
def user_list(as_json: Json = False) -> None:
    """List the users with their roles."""
    from core.plant import list_users

    rows = list_users()
    say(as_json, {"users": rows}, *(f"{row['username']:20} {row['name']:20} {', '.join(row['roles'])}" for row in rows))


# --- looking --------------------------------------------------------------------------------------------------


@app.command()
def modules(as_json: Json = False) -> None:
    """List the installed modules and their entities."""
    from core.module import registry

    rows = [{"name": m.name, "summary": m.summary, "needs": list(m.needs), "entities": [e.stem for e in m.entities]}
            for m in registry().modules]  # fmt: skip
    say(as_json, {"modules": rows}, *(f"{r['name']:12} {r['summary']}\n  {', '.join(r['entities'])}" for r in rows))


@app.command()
def routes(as_json: Json = False) -> None:
    """List every address with the right it asks for."""
    from importlib import import_module

    rows = import_module("web.app").route_table()
    say(as_json, {"routes": rows}, *(f"{r['method']:6} {r['path']:50} {r['policy']}" for r in rows))


@app.command()
def check(as_json: Json = False) -> None:
    """Run the start-up checks: names, references, rights, menus, texts."""
    from core.checks import conflicting, problems
    from core.module import registry

    found = [*problems(registry()), *conflicting()]
    say(as_json, {"problems": found}, *(found or ["No problems."]))
    if found:
        raise typer.Exit(1)
