"""Our own lints, with their reasons. They read Python by its syntax tree and name what they refuse."""

import ast
from collections.abc import Iterable, Iterator, Set
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter

# Each goes round the access wall: a raw driver cursor, driver SQL, SQL as text, an engine of one's own, pandas' reader.
RAW_DRIVER = {
    "cursor", "exec_driver_sql", "driver_connection", "dbapi_connection", "raw_connection", "executescript",
    "text_clause", "literal_column", "create_engine", "read_sql", "read_sql_query", "read_sql_table",
}  # fmt: skip
# The kernel's own doors: whole tables, sessions without an actor, the journal's and the search index's rights.
KERNEL_DOORS = {
    "kernel_session",
    "whole",
    "Settling",
    "engine",
    "engine_for",
    "bulk_insert",
    "protect_kernel",
    "bind_actor",
}
# Text that becomes a program or a page.
DANGEROUS = {"eval", "exec", ".from_string", "compile"}


def raw_driver_use(source: str) -> list[str]:
    found = [name for name in _names(source) if name in RAW_DRIVER]
    return found + [
        name for name in _imports(source, "sqlalchemy") if name in {"text", "create_engine", "literal_column"}
    ]


def kernel_doors(source: str) -> list[str]:
    return [name for name in _imports(source, "core") if name in KERNEL_DOORS]


def dangerous_calls(source: str) -> list[str]:
    """Calls of these by name; a session's `exec` method is another thing."""
    return [name for name in _calls(source) if name in DANGEROUS]


def import_loop(files: Iterable[tuple[str, str]]) -> list[str]:
    """Files, by path and text, of which each needs the next and the last the first; nothing where there is no loop.

    An import inside a function, or for the type checker alone, only hides a loop: it counts like any other.
    """
    texts = {path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): text for path, text in files}
    try:
        TopologicalSorter({name: _needed(name, text, texts.keys()) for name, text in texts.items()}).prepare()
    except CycleError as loop:
        return list(reversed(loop.args[1]))
    return []


def _needed(name: str, source: str, known: Set[str]) -> set[str]:
    """What the file imports, and the packages on the way there that are not on its own: their `__init__` runs first."""
    imported = set(_imported(source, known))
    passed = {package for each in imported for package in _packages(each)} - {name, *_packages(name)}
    return (imported | passed) & known


def _imported(source: str, known: Set[str]) -> Iterator[str]:
    for node in _nodes(source):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (each if each in known else node.module for each in inside)


def _packages(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[:length]) for length in range(1, len(parts)))


def _calls(source: str) -> Iterator[str]:
    for node in _nodes(source):
        if isinstance(node, ast.Call):
            yield node.func.id if isinstance(node.func, ast.Name) else "." + getattr(node.func, "attr", "")


def _names(source: str) -> Iterator[str]:
    for node in _nodes(source):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


def _imports(source: str, package: str) -> Iterator[str]:
    for node in _nodes(source):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == package:
            yield from (alias.name for alias in node.names)


@lru_cache(maxsize=1)
def _nodes(source: str) -> tuple[ast.AST, ...]:
    """Of the file that was read last: several lints look at it one after the other."""
    return tuple(ast.walk(ast.parse(source)))
