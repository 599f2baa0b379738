"""Our own lints, with their reasons. They read Python by its syntax tree and name what they refuse."""

import ast
from collections.abc import Iterator

# Each goes round the access wall: a raw driver cursor, driver SQL, an engine of one's own, SQL as text.
_RAW_ATTRIBUTES = {"cursor", "exec_driver_sql", "driver_connection", "dbapi_connection", "raw_connection", "executescript"}
_RAW_CALLS = {"create_engine", "text", "literal_column", "read_sql", "read_sql_query", "read_sql_table"}
_KERNEL_DOORS = {"kernel_session", "whole", "engine", "engine_for", "bulk_insert", "protect_kernel", "bind_actor"}


def raw_driver_use(source: str) -> list[str]:
    """Names of raw database access in the source."""
    return [name for name in _names(source) if name in _RAW_ATTRIBUTES | {"text", "literal_column", "create_engine", "read_sql"}]


def kernel_doors(source: str) -> list[str]:
    """Imports of the kernel's own doors, which only `core` may open."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("core"):
            found += [alias.name for alias in node.names if alias.name in _KERNEL_DOORS]
    return found


def _names(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


def dangerous_calls(source: str) -> list[str]:
    """Code that runs text: a template or a program made of stored words."""
    return [name for name in _names(source) if name in {"eval", "exec", "from_string", "Markup", "loads_pickle"}]
