"""The routes that every entity gets, each with its permission."""

from collections.abc import Callable
from functools import partial

from starlette.responses import Response

from core.entity import Entity
from web.kit.requests import Ask, Routes
from web.pages import acts, boards, changes, forms, lists, records, totals


def routes(entity: Entity) -> Routes:
    made, path, record = Routes(), entity.path, f"{entity.path}/{{id:int}}"

    def get(address: str, verb: str, handler: Callable[[Ask, Entity], Response]) -> None:
        made.get(address, entity.permission(verb), partial(handler, entity=entity))

    def post(address: str, verb: str, handler: Callable[[Ask, Entity], Response]) -> None:
        made.post(address, entity.permission(verb), partial(handler, entity=entity))

    get(path, "read", lists.show)
    get(f"{path}/rows", "read", lists.rows)
    get(f"{path}/choices", "read", lists.suggest)
    get(f"{path}/totals", "read", totals.show)
    get(f"{path}/new", "create", forms.new)
    post(f"{path}/new", "create", forms.create)
    if entity.board is not None:
        get(f"{path}/board", "read", boards.show)
        post(f"{record}/move", "update", boards.move)
    get(record, "read", records.show)
    get(f"{record}/edit", "update", forms.edit)
    post(f"{record}/edit", "update", forms.save)
    post(f"{record}/archive", "delete", acts.archive)
    post(f"{record}/restore", "delete", acts.restore)
    get(f"{record}/history", "read", changes.show)
    post(f"{record}/undo", "update", changes.undo)
    for verb in entity.verbs:
        made.post(f"{record}/do/{verb.name}", entity.permission(verb.permission), partial(acts.do, entity=entity, verb=verb))
    return made
