"""A value that may occur only once and is taken: said at its field, in the same words whoever holds it."""

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.exc import IntegrityError

from core.entity import Entity
from core.errors import Invalid
from core.i18n import _


def taken_fields(entity: Entity, error: IntegrityError) -> Invalid:
    """Raises the error again where it is of another kind. The holder may be hidden, so it is never named."""
    said = str(error.orig)
    names = {view.name for view in entity.inputs}
    for constraint, columns in _unique(entity):
        is_this = constraint in said or all(f"{entity.table.name}.{column}" in said for column in columns)
        if is_this and names & set(columns):
            sentence = _("This is taken already. If you cannot find the record, ask an administrator.")
            return Invalid(sentence, {column: sentence for column in columns if column in names})
    raise error


def _unique(entity: Entity) -> list[tuple[str, list[str]]]:
    table = entity.table
    indexes = [(str(i.name), [c.name for c in i.columns]) for i in table.indexes if isinstance(i, Index) and i.unique]
    rules = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
    return indexes + [(str(rule.name), [c.name for c in rule.columns]) for rule in rules]
