"""The wizard's second step: which column is which field, and what the file cannot tell of itself."""

from dataclasses import replace

from starlette.responses import Response

from core.entity import Entity
from core.errors import DomainError, Invalid
from core.fields import FieldView
from core.i18n import _
from core.transfer import Mapping, Question, Sheet, Source, form_label, importable, propose
from web.kit import format as texts
from web.kit.requests import Ask
from web.kit.shell import page
from web.kit.views import Column, Field, MappingPage, Option
from web.pages.imports import Stage, crumbs, next_step, plan_of, sentence, stage_of, step_path, steps, title, token_of


def show(ask: Ask, entity: Entity) -> Response:
    stage = stage_of(ask)
    try:
        questions = plan_of(ask, entity, stage).questions
    except DomainError as error:
        return columns_page(ask, entity, stage, [], sentence(error))
    return columns_page(ask, entity, stage, questions)


def columns_page(
    ask: Ask, entity: Entity, stage: Stage, questions: list[Question], error: str = "", status: int = 200
) -> Response:
    sheet, views = stage.sheet(ask), importable(ask.actor, entity)
    proposal = propose(ask.actor, entity, sheet)
    held = {head: fields_from(stage.mapping, head) for head in sheet.headers}
    proposed = {
        source.column for name, source in proposal.mapping.fields.items() if name in held.get(source.column, [])[:1]
    }
    view = MappingPage(
        title=title(entity),
        steps=steps("columns"),
        action=step_path(entity, token_of(ask), "columns"),
        facts=facts(sheet, stage),
        cancel=entity.path,
        back=f"{entity.path}/import",
        error=error,
        columns=tuple(
            column(entity, sheet, views, index, held[head], head in proposed)
            for index, head in enumerate(sheet.headers)
        ),
        questions=(
            *(date_question(each) for each in questions),
            key_question(views, stage.mapping),
            clear_question(stage.mapping),
        ),
    )
    return page(ask, "import/mapping.html", view, crumbs(entity), status)


def facts(sheet: Sheet, stage: Stage) -> tuple[str, ...]:
    found = [
        stage.name,
        texts.plural(len(sheet), _("1 row"), _("{n} rows", n=texts.number(len(sheet)))),
        texts.plural(len(sheet.headers), _("1 column"), _("{n} columns", n=len(sheet.headers))),
        sheet.encoding,
    ]
    return tuple(text for text in found if text)


def fields_from(mapping: Mapping, head: str) -> list[str]:
    """A mapping that somebody wrote may fill several fields from one column; the form shows the first."""
    return [name for name, source in mapping.fields.items() if source.column and source.column == head]


def column(
    entity: Entity, sheet: Sheet, views: list[FieldView], index: int, held: list[str], is_proposed: bool
) -> Column:
    head, first = sheet.headers[index], held[0] if held else ""
    options = tuple(Option(value=view.short, text=_(view.label), selected=view.short == first) for view in views)
    target = Field(
        name=f"col.{index}", label=head, kind="choice", value=first, options=options, placeholder=_("leave out")
    )
    others = texts.listed(label(entity, name) for name in held[1:])
    return Column(
        head=head or _("(no heading)"), target=target, samples=sheet.samples(head), is_proposed=is_proposed,
        note=_("Also: {fields}", fields=others) if others else "",
    )  # fmt: skip


def date_question(question: Question) -> Field:
    """Asked only where the whole column can be read in two ways."""
    options = tuple(Option(value=form, text=form_label(form, question.example)) for form in question.forms)
    label = _("How are the dates of “{field}” written?", field=question.label)
    return Field(
        name=f"date.{question.field}",
        label=label,
        kind="choice",
        options=options,
        required=True,
        placeholder=_("please choose"),
    )


def key_question(views: list[FieldView], mapping: Mapping) -> Field:
    held = mapping.key[0] if mapping.key else ""
    options = tuple(
        Option(value=view.short, text=_(view.label), selected=view.short == held)
        for view in views if view.kind in ("text", "number", "phone") and not view.masked
    )  # fmt: skip
    return Field(
        name="unique", label=_("What tells one record from another"), kind="choice", value=held, options=options,
        placeholder=_("as usual"), help=_("A row whose value is stored already updates that record."),
    )  # fmt: skip


def clear_question(mapping: Mapping) -> Field:
    return Field(
        name="clear_empty",
        label=_("An empty cell empties the field"),
        kind="checkbox",
        value="1" if mapping.clear_empty else "",
        help=_("Otherwise what is stored stays."),
    )


def save(ask: Ask, entity: Entity) -> Response:
    stage = stage_of(ask)
    sheet = stage.sheet(ask)
    try:
        mapping = mapping_from(ask, entity, sheet, stage.mapping)
    except Invalid as error:
        return columns_page(ask, entity, stage, [], str(error), 422)
    stage = stage.with_mapping(mapping)
    try:
        return next_step(ask, entity, stage)
    except DomainError as error:
        return columns_page(ask, entity, stage, [], sentence(error), 422)


def mapping_from(ask: Ask, entity: Entity, sheet: Sheet, before: Mapping) -> Mapping:
    """What the form says; what an earlier mapping knows beyond it (fixed values, templates, answers) is kept."""
    known = {view.short for view in importable(ask.actor, entity)}
    fields = {name: source for name, source in before.fields.items() if not source.column}
    for index, head in enumerate(sheet.headers):
        name = ask.typed(f"col.{index}")
        if not name:
            continue
        if name not in known:
            raise Invalid(_("Choose a value from the list."))
        if name in fields and fields[name].column:
            raise Invalid(_("Two columns are said to be “{field}”. Choose one of them.", field=label(entity, name)))
        fields[name] = with_form(ask, name, source_for(before, name, head))
        fields |= {other: before.fields[other] for other in others_from(before, name, head) if other not in fields}
    unique = ask.typed("unique")
    return replace(
        before,
        fields=fields,
        key=before.key if len(before.key) > 1 and unique in before.key else (unique,) if unique else (),
        clear_empty=ask.typed("clear_empty") == "1",
    )


def others_from(before: Mapping, name: str, head: str) -> list[str]:
    """The further fields of a column whose answer stayed as it was."""
    held = fields_from(before, head)
    return held[1:] if held[:1] == [name] else []


def source_for(before: Mapping, name: str, head: str) -> Source:
    known = before.fields.get(name)
    return known if known is not None and known.column == head else Source(column=head)


def with_form(ask: Ask, name: str, source: Source) -> Source:
    form = ask.typed(f"date.{name}")
    return replace(source, date_format=form[:40]) if form else source


def label(entity: Entity, name: str) -> str:
    view = entity.field(name)
    return _(view.label) if view else name
