"""Static files: addresses that change with the content, and icons written into the page."""

import re
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup, escape

STATIC = Path(__file__).parents[1] / "static"
ICONS = STATIC / "vendor" / "icons"
# A shape of a lucide icon: `d` of a path, or centre and radius of a circle.
PATH = re.compile(r'<path d="([^"]*)" ?/>|<circle cx="([^"]*)" cy="([^"]*)" r="([^"]*)" ?/>')
JOINED = re.compile(r"[a-z]+(\+[a-z]+){1,7}\.(css|js)")


def asset(path: str) -> str:
    """`/static/app.css?v=…`: may be kept for ever, because another content has another address.

    `app+palette.css` is one file made of two: a page's parts come in one answer.
    """
    return f"/static/{path}?v={_digest(path, tuple(file.stat().st_mtime_ns for file in files_of(path)))}"


def files_of(path: str) -> tuple[Path, ...]:
    """The files that an address stands for. Raises LookupError where a joined one names what is not there."""
    if "+" not in path:
        return (STATIC / path,)
    names, _, kind = path.rpartition(".")
    files = tuple(STATIC / f"{name}.{kind}" for name in names.split("+"))
    if not JOINED.fullmatch(path) or not all(file.is_file() for file in files):
        raise LookupError(f"{path} names no files of ours")
    return files


def joined(path: str) -> bytes:
    return b"\n".join(file.read_bytes() for file in files_of(path))


@lru_cache(maxsize=256)
def _digest(path: str, changed: tuple[int, ...]) -> str:
    return sha256(joined(path)).hexdigest()[:12]


@cache
def inline(path: str) -> str:
    """A small picture as an address that holds it: it costs a page no request."""
    return "data:image/svg+xml," + quote((STATIC / path).read_text(encoding="utf-8").strip(), safe=" /:='(),")


@lru_cache(maxsize=1024)
def icon(name: str, size: int = 16, cls: str = "", stroke: float = 1.75) -> Markup:
    """A lucide icon as inline SVG, hidden from screen readers: the text beside it says what it means."""
    head = f'<svg class="i {escape(cls)}"' if cls else '<svg class="i"'
    return Markup(  # noqa: S704  # our own fetched files
        f'{head} width="{size}" height="{size}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        f'stroke-width="{stroke:g}" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">'
        f"{_shapes(name)}</svg>"
    )


@lru_cache(maxsize=1024)
def _shapes(name: str) -> str:
    file = ICONS / f"{name}.svg"
    if not file.is_file():
        raise LookupError(f"no icon {name!r}: see the lucide names, and run `make assets`")
    inner = re.search(r"<svg[^>]*>(.*)</svg>", file.read_text(encoding="utf-8"), re.DOTALL)
    return _as_one(re.sub(r"\s*\n\s*", "", inner[1])) if inner else ""


def _as_one(shapes: str) -> str:
    """Paths and circles as one path: they are stroked alike, and a page of icons has half the nodes."""
    lines = [_line(*found) for found in PATH.findall(shapes)]
    rest = PATH.sub("", shapes)
    return f'<path d="{"".join(lines)}"/>{rest}' if lines else rest


def _line(path: str, x: str, y: str, r: str) -> str:
    """A path that starts from wherever the one before it ended begins at the origin again."""
    if path:
        return path if path.startswith("M") else f"M0 0{path}"
    radius = float(r)
    return f"M{float(x) - radius:g} {y}a{r} {r} 0 1 0 {2 * radius:g} 0a{r} {r} 0 1 0 {-2 * radius:g} 0"
