"""The import wizard over `core.transfer`: file, columns, unknown names, preview, then a job; each step has an address.

What was decided so far is kept beside the upload under a token of its own, and every answer makes a new one: the
browser's Back leads to what was said before, and nothing rests in the page.
"""

import json
from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response

from core.entity import Entity
from core.errors import DomainError, Invalid
from core.i18n import _
from core.once import once
from core.queue import enqueue_later
from core.settings import settings
from core.transfer import (
    Mapping,
    Plan,
    Sheet,
    importable,
    keep,
    kept,
    mapping_of,
    planned,
    propose,
    read_mapping,
    read_sheet,
)  # fmt: skip
from web.kit.requests import Ask, see_other
from web.kit.shell import page
from web.kit.views import Crumb, Field, Link, Step, UploadPage
from web.pages.results import IMPORT

ACCEPTED = ".csv,.tsv,.txt,.xlsx"


@dataclass(frozen=True)
class Stage:
    """Where an import stands: the kept file, its name, and the mapping so far."""

    file: str
    name: str
    mapping: Mapping

    def sheet(self, ask: Ask) -> Sheet:
        return read_sheet(kept(ask.actor, self.file), self.name)

    def kept_as(self, ask: Ask) -> str:
        data = {"file": self.file, "name": self.name, "mapping": self.mapping.to_dict()}
        return keep(ask.actor, json.dumps(data, ensure_ascii=False).encode())

    def with_mapping(self, mapping: Mapping) -> "Stage":
        return replace(self, mapping=mapping)


def stage_of(ask: Ask) -> Stage:
    data: dict[str, Any] = json.loads(kept(ask.actor, token_of(ask)))
    return Stage(data["file"], data["name"], mapping_of(data["mapping"]))


def token_of(ask: Ask) -> str:
    return str(ask.request.path_params["token"])


def step_path(entity: Entity, token: str, step: str) -> str:
    return f"{entity.path}/import/{token}/{step}"


def steps(current: str) -> tuple[Step, ...]:
    names = [
        ("file", _("File")),
        ("columns", _("Columns")),
        ("names", _("Unknown names")),
        ("preview", _("Preview")),
        ("import", _("Import")),
    ]
    place = [key for key, _text in names].index(current)
    return tuple(
        Step(text=text, state="done" if index < place else "current" if index == place else "todo")
        for index, (_key, text) in enumerate(names)
    )


def title(entity: Entity) -> str:
    return _("Import: {kind}", kind=_(entity.plural))


def crumbs(entity: Entity) -> tuple[Crumb, ...]:
    return Crumb(text=_(entity.plural), href=entity.path), Crumb(text=_("Import"))


# --- the file -------------------------------------------------------------------------------------------------


def show(ask: Ask, entity: Entity) -> Response:
    return upload_page(ask, entity)


def upload_page(ask: Ask, entity: Entity, error: str = "", mapping_error: str = "", status: int = 200) -> Response:
    file = Field(
        name="file", label=_("Choose a CSV or Excel file"), kind="file", accept=ACCEPTED, required=True, error=error
    )
    mapping = Field(
        name="mapping", label=_("A mapping kept from an earlier import (optional)"), kind="file", accept=".toml",
        error=mapping_error,
    )  # fmt: skip
    view = UploadPage(
        title=title(entity),
        steps=steps("file"),
        action=f"{entity.path}/import",
        inputs=(file, mapping),
        cancel=entity.path,
        error=error or mapping_error,
        limits=_("At most {n} MB; UTF-8 or GBK, CSV or XLSX", n=settings().max_upload_mb),
        expected=tuple(_(view.label) for view in importable(ask.actor, entity)),
        sample=Link(text=_("Earlier imports"), href=f"{entity.path}/imports", icon="history"),
    )
    return page(ask, "import/upload.html", view, crumbs(entity), status)


def upload(ask: Ask, entity: Entity) -> Response:
    file = ask.file("file")
    if file is None:
        return upload_page(ask, entity, _("Choose a file first."), status=422)
    data, name = file.file.read(), (file.filename or "")[-200:]
    try:
        sheet = read_sheet(data, name)
        mapping = given_mapping(ask) or propose(ask.actor, entity, sheet).mapping
    except Invalid as error:
        return upload_page(ask, entity, str(error), status=422)
    stage = Stage(keep(ask.actor, data), name, mapping)
    return see_other(step_path(entity, stage.kept_as(ask), "columns"))


def given_mapping(ask: Ask) -> Mapping | None:
    file = ask.file("mapping")
    if file is None:
        return None
    try:
        return read_mapping(file.file.read(2**18).decode())
    except UnicodeDecodeError as error:
        raise Invalid(_("The mapping is not TOML: {text}", text=file.filename)) from error


# --- on to the next step --------------------------------------------------------------------------------------


def plan_of(ask: Ask, entity: Entity, stage: Stage) -> Plan:
    return planned(ask.actor, entity, stage.sheet(ask), stage.mapping)


def next_step(ask: Ask, entity: Entity, stage: Stage) -> Response:
    """To whatever is still open: a question about dates, a name that nobody knows, or the preview."""
    plan = plan_of(ask, entity, stage)
    step = "columns" if plan.questions else "names" if plan.unknowns else "preview"
    return see_other(step_path(entity, stage.kept_as(ask), step))


def start(ask: Ask, entity: Entity) -> Response:
    stage = stage_of(ask)

    def ask_for_it(session: Any) -> str:
        mapping = stage.mapping.to_dict()
        job = enqueue_later(session, IMPORT, entity=entity.stem, file=stage.file, name=stage.name, mapping=mapping)
        return f"/jobs/{job}"

    path = once(ask.actor, ask.typed("key"), [*ask.pairs(), ("token", token_of(ask))], ask_for_it)
    return see_other(path)


def sentence(error: DomainError) -> str:
    problems = getattr(error, "problems", {})
    return " ".join([str(error), *problems.values()])
