"""One Jinja environment for all modules: escaped always, undefined is an error, texts through the catalogue."""

from functools import cache
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from core.i18n import _, language, load_catalogue
from web.kit import charts
from web.kit import format as texts
from web.kit.assets import asset, icon, inline
from web.kit.table import table_body, tick

WEB = Path(__file__).parents[1]
_folders: list[Path] = [WEB / "templates"]

load_catalogue(WEB)


def add_templates(folder: Path) -> None:
    """Add a module's folder of templates. Names are `<module>/<entity>/form.html`, so that none can clash."""
    if folder.is_dir() and folder not in _folders:
        _folders.append(folder)
        environment.cache_clear()


@cache
def environment() -> Environment:
    env = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in _folders]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
        bytecode_cache=FileSystemBytecodeCache(),  # a process that starts need not compile two hundred templates
    )
    env.globals.update(_=_, language=language, asset=asset, inline=inline, icon=icon, fmt=texts, charts=charts)
    env.globals.update(table_body=table_body, tick=tick)
    # Macros as a global: a fragment sees them too, which an import at the head of a page would not give.
    env.globals["ui"] = env.get_template("_ui.html").module
    for name in ("fields", "cells", "verbs"):
        env.globals[name] = env.get_template(f"_{name}.html").module
    return env


def render(name: str | tuple[str, ...], **context: object) -> str:
    """The page as text. Of several names the first that exists is taken: a module's own before the generic one."""
    names = (name,) if isinstance(name, str) else name
    return environment().select_template(list(names)).render(context)


def render_part(name: str | tuple[str, ...], **context: object) -> Markup:
    """A piece that goes into another template, for instance a panel's body."""
    return Markup(render(name, **context))  # noqa: S704  # escaped by the environment that made it
