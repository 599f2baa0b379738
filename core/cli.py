"""The command line `octant`. Without `--as` the operator acts; with `--json` a command prints one JSON object."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from core import cli_data as cli_data  # its commands join the application
from core.command import Json, app, say
from core.errors import DomainError
from core.i18n import set_language


def main() -> None:
    """Run a command; an error that the user caused is one sentence on stderr and exit code 1."""
    set_language("en")
    try:
        app()
    except DomainError as error:
        problems = getattr(error, "problems", {})
        print(error, *(f"  {name}: {text}" for name, text in problems.items()), sep="\n", file=sys.stderr)
        sys.exit(1)


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
    from core.registry import registry

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
def doctor(
    mend: Annotated[bool, typer.Option(help="First write the history of records on to how they stand.")] = False,
    as_json: Json = False,
) -> None:
    """Look whether this machine and this database are sound."""
    from core import spans
    from core.doctor import diagnose
    from core.registry import registry

    registry()
    if mend:
        spans.mend()
    findings = diagnose()
    rows = [{"name": n, "state": s, "says": t} for n, s, t in findings]
    say(as_json, {"findings": rows}, *(f"{s:5} {n}: {t}" for n, s, t in findings))
    if any(state == "bad" for _name, state, _text in findings):
        raise typer.Exit(1)


# --- keeping --------------------------------------------------------------------------------------------------


@app.command()
def backup(
    to: Annotated[Path, typer.Option(help="The archive or the folder to write.")], as_json: Json = False
) -> None:
    """Write a verified backup of the database and the files."""
    from core.backup import backup as make
    from core.registry import registry

    registry()
    made = make(to)
    say(as_json, {"archive": str(made)}, f"Backup written to {made}.")


@app.command()
def restore(archive: Path, as_json: Json = False) -> None:
    """Restore a backup into an empty database, and verify it."""
    from core.backup import restore as bring_back
    from core.registry import registry

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
    from core.registry import registry

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
    from core.registry import registry

    found = [*problems(registry()), *conflicting()]
    say(as_json, {"problems": found}, *(found or ["No problems."]))
    if found:
        raise typer.Exit(1)
