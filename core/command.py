"""What every command shares: the application, its options, who acts, and how a result is said."""

import json
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from core.access import OPERATOR, Actor
from core.i18n import _


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


def _module_commands() -> dict[str, Any]:
    from core.registry import registry

    found = {command.name: typer.main.get_command(command.app()) for command in registry().commands()}
    for name, group in found.items():
        group.name = name
    return found


def actor_named(name: str | None) -> Actor:
    from core.registry import registry
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
    from core.registry import registry

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
