"""Whether a record fits its columns, asked of every record that a unit of work writes, whatever form it came from.

SQLite keeps a text of any length and a sign that PostgreSQL refuses: both databases shall say the same, in words.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from core.errors import Invalid
from core.fields import label_of
from core.i18n import _

LARGEST = 2**63


def demand_fits(table: sa.Table, row: Any, names: Iterable[str]) -> None:
    """Raises Invalid for the first of the named columns that cannot hold what the row has for it."""
    for column in (table.c[name] for name in names if name in table.c):
        value = getattr(row, column.name)
        if isinstance(value, str):
            _demand_text(column, value)
        elif isinstance(value, int) and not -LARGEST <= value < LARGEST:
            raise Invalid(_("The number for “{field}” is too large.", field=_label(column)))


def _demand_text(column: sa.Column[Any], value: str) -> None:
    if "\x00" in value:
        raise Invalid(_("The text contains a character that cannot be stored."))
    longest = getattr(column.type, "length", None)
    if longest and len(value) > longest:
        raise Invalid(_("“{field}” is too long: at most {n} characters, please.", field=_label(column), n=longest))


def _label(column: sa.Column[Any]) -> str:
    return _(column.info.get("label") or label_of(column.name))
