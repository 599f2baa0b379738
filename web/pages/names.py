"""Which templates draw an entity's pages: the module's own before the generic one."""

from core.entity import Entity


def templates(entity: Entity, name: str) -> tuple[str, str]:
    return f"{entity.module}/{entity.name}/{name}.html", f"entity/{name}.html"
