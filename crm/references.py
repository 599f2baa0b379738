"""The declaration that all configuration of one code and one name in each language shares."""

from typing import Any

from core.access import reference
from core.entity import Entity, Section
from core.i18n import N_, pick

NAMING = N_("Naming")
DETAILS = N_("Details")


def reference_entity(
    model: Any,
    stem: str,
    label: str,
    plural: str,
    *,
    fields: tuple[Any, ...] = (),
    listed: tuple[Any, ...] = (),
    facets: tuple[Any, ...] = (),
    outside: bool = False,
    **more: Any,
) -> Entity:
    """Everybody inside reads the rows; `outside` lets people of outside firms read them too."""
    naming = Section(NAMING, (model.code, model.name_zh, model.name_en, model.position))
    return Entity(
        stem=stem,
        model=model,
        label=label,
        plural=plural,
        rule=reference(outside=outside),
        key=(model.code, model.name_zh, model.name_en),
        columns=(model.code, model.name_zh, model.name_en, *listed),
        form=(naming, Section(DETAILS, fields)) if fields else (naming,),
        search=(model.code, model.name_zh, model.name_en),
        facets=facets,
        order=model.code,
        **more,
    )


def name_of(session: Any, model: Any, record_id: int) -> str:
    """The name of a configuration row in the current language, for records that are called after it."""
    row = session.get(model, record_id)
    return pick(row.name_zh, row.name_en) if row else ""
