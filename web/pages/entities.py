"""The routes that every entity gets, each with its permission."""

from collections.abc import Callable
from functools import partial

from starlette.responses import Response

from core.entity import Entity
from web.kit.requests import Routes
from web.pages import (
    acts,
    board_acts,
    boards,
    changes,
    edits,
    exports,
    forms,
    import_columns,
    import_names,
    import_preview,
    imports,
    lists,
    records,
    totals,
)  # fmt: skip

Handler = Callable[..., Response]


def routes(entity: Entity) -> Routes:
    made, path, record = Routes(), entity.path, f"{entity.path}/{{id:int}}"

    def get(address: str, verb: str, handler: Handler) -> None:
        made.get(address, entity.permission(verb), partial(handler, entity=entity))

    def post(address: str, verb: str, handler: Handler) -> None:
        made.post(address, entity.permission(verb), partial(handler, entity=entity))

    get(path, "read", lists.show)
    get(f"{path}/rows", "read", lists.rows)
    get(f"{path}/choices", "read", lists.suggest)
    get(f"{path}/totals", "read", totals.show)
    get(f"{path}/new", "create", forms.new)
    post(f"{path}/new", "create", forms.create)
    post(f"{path}/export.csv", "export", exports.csv)
    post(f"{path}/export.xlsx", "export", exports.xlsx)
    if entity.is_imported:
        importing(made, entity)
    if entity.board is not None:
        get(f"{path}/board", "read", boards.show)
        post(f"{record}/move", "update", board_acts.move)
        post(f"{path}/board/new", "create", board_acts.create)
    get(record, "read", records.show)
    get(f"{record}/edit", "update", edits.edit)
    post(f"{record}/edit", "update", edits.save)
    post(f"{record}/archive", "delete", acts.archive)
    post(f"{record}/restore", "delete", acts.restore)
    get(f"{record}/history", "read", changes.show)
    post(f"{record}/undo", "update", changes.undo)
    for verb in entity.verbs:
        made.post(
            f"{record}/do/{verb.name}", entity.permission(verb.permission), partial(acts.do, entity=entity, verb=verb)
        )
    return made


def importing(made: Routes, entity: Entity) -> None:
    path, permission = f"{entity.path}/import", entity.permission("import")
    made.get(path, permission, partial(imports.show, entity=entity))
    made.post(path, permission, partial(imports.upload, entity=entity), takes_files=True)
    for step, module in (("columns", import_columns), ("names", import_names)):
        made.get(f"{path}/{{token}}/{step}", permission, partial(module.show, entity=entity))
        made.post(f"{path}/{{token}}/{step}", permission, partial(module.save, entity=entity))
    made.get(f"{path}/{{token}}/preview", permission, partial(import_preview.show, entity=entity))
    made.post(f"{path}/{{token}}/start", permission, partial(imports.start, entity=entity))
    made.get(f"{entity.path}/imports", permission, partial(import_preview.earlier, entity=entity))
    made.post(f"{entity.path}/imports/undo", permission, partial(import_preview.undo, entity=entity))
