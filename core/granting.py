"""Changing single rights in a role's grants, which are patterns of which the widest counts."""

from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase

from core.access import Level


def with_levels(grants: Mapping[str, str], wanted: Mapping[str, Level], known: Collection[str]) -> dict[str, str]:
    """The grants with each wanted right at exactly its level. A pattern that speaks of one of them is spelt out."""
    made: dict[str, Level] = {}
    for pattern, level in grants.items():
        is_touched = any(fnmatchcase(name, pattern) for name in wanted)
        names = [name for name in known if fnmatchcase(name, pattern)] if is_touched else [pattern]
        for name in names:
            made[name] = max(Level[level.upper()], made.get(name, Level.NONE))
    made |= wanted
    return {name: level.name.lower() for name, level in sorted(made.items()) if level or name not in wanted}
