"""Plants the reference data that a new database starts with. What is there already, changed or retired, stays so."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from core.bulk import Values, create_rows
from core.entity import Entity
from core.ids import new_id, new_ids
from crm import reference
from crm.ageing import AGEING, HALF_LIVES
from crm.categories import CATEGORY
from crm.ceilings import CEILING
from crm.channels import CHANNEL
from crm.cost_classes import COST_CLASS
from crm.divisions import DIVISION
from crm.exit_tests import EXIT_TEST
from crm.grades import GRADE
from crm.natures import NATURE
from crm.pipelines import PIPELINE
from crm.products import PRODUCT
from crm.quotes.clauses import CLAUSE
from crm.quotes.discounts import DISCOUNT_LIMIT
from crm.reasons import REASON
from crm.reference.divisions import divisions
from crm.reference.kinds import Named, Text
from crm.stages import STAGE
from crm.steps import STEP
from crm.trades import TRADE
from crm.vat_classes import VAT_CLASS
from crm.vat_rates import VAT_RATE
from crm.weapon_fits import WEAPON_FIT
from crm.weapon_versions import renew_versions
from crm.weapons import WEAPON

VERB = "seed"


def plant(session: Any) -> int:
    """Add the missing rows, those that others name first. Returns how many."""
    return (
        _add(session, DIVISION, _divisions(session))
        + _add(session, TRADE, _named(reference.trades()))
        + _add(session, CHANNEL, _named(reference.channels(), lambda row: both("note", row.note)))
        + _add(session, NATURE, _named(reference.natures(), _nature))
        + _add(session, GRADE, _named(reference.grades(), _grade))
        + _add(session, REASON, _named(reference.reasons(), lambda row: {"outcome": row.outcome}))
        + _add(session, STEP, _named(reference.steps(), _step))
        + _add(session, AGEING, HALF_LIVES)
        + _plant_products(session)
        + _plant_weapons(session)
        + _plant_pipelines(session)
    )


def _plant_products(session: Any) -> int:
    added = _add(session, VAT_CLASS, _named(reference.vat_classes(), lambda row: both("note", row.note)))
    classes = _ids(session, VAT_CLASS)
    rates = [
        {"vat_class_id": classes[row.code], "since_on": rate.since, "rate": rate.bp}
        for row in reference.vat_classes()
        for rate in row.rates
    ]
    added += _add(session, VAT_RATE, rates, key=("vat_class_id", "since_on"))
    added += _add(session, CATEGORY, _named(reference.categories(), lambda row: {"is_voice": row.is_voice}))
    known = _ids(session, CATEGORY)
    added += _add(session, PRODUCT, _named(reference.products(), lambda row: _product(row, known)))
    added += _add(session, CLAUSE, _named(reference.clauses(), _clause))
    return added + _add(session, DISCOUNT_LIMIT, _named(reference.discount_limits(), _discount_limit))


def _plant_weapons(session: Any) -> int:
    added = _add(session, COST_CLASS, _named(reference.cost_classes(), lambda row: {"rank": row.rank}))
    classes = _ids(session, COST_CLASS)
    added += _add(session, WEAPON, _named(reference.weapons(), lambda row: _weapon(row, classes)))
    weapons = _ids(session, WEAPON)
    fits = [
        {"weapon_id": weapons[row.code], "dimension": dimension, "code": code, "strength": strength}
        for row in reference.weapons()
        for dimension, strengths in (("step", row.stage), ("level", row.level), ("function", row.function))
        for code, strength in strengths.items()
    ]
    added += _add(session, WEAPON_FIT, fits, key=("weapon_id", "dimension", "code"))
    if added:
        renew_versions(session)
    return added + _add(session, CEILING, _named(reference.ceilings(), _ceiling))


def _plant_pipelines(session: Any) -> int:
    rows = sorted(reference.pipelines(), key=lambda row: row.followed_by is not None)
    added = 0
    for row in rows:
        following = _ids(session, PIPELINE).get(row.followed_by or "")
        added += _add(session, PIPELINE, [_names(row) | {"next_id": following}])
    pipelines, steps = _ids(session, PIPELINE), _ids(session, STEP)
    stages = [
        _names(stage, at)
        | {
            "pipeline_id": pipelines[row.code],
            "probability": stage.probability_bp,
            "limit_days": stage.limit_days,
            "step_id": steps.get(stage.step or ""),
            "outcome": stage.outcome,
            "weapons": [*stage.weapons],
        }
        for row in rows
        for at, stage in enumerate(row.stages)
    ]
    return added + _add(session, STAGE, stages) + _plant_exit_tests(session)


def _plant_exit_tests(session: Any) -> int:
    stages = _ids(session, STAGE)
    tests = [
        _names(test, at)
        | {"stage_id": stages[stage.code], "mode": test.mode, "proof": test.proof, "files": [*test.files]}
        for row in reference.pipelines()
        for stage in row.stages
        for at, test in enumerate(stage.tests)
    ]
    return _add(session, EXIT_TEST, tests)


def _add(session: Any, entity: Entity, rows: Iterable[Values], *, key: tuple[str, ...] = ("code",)) -> int:
    """Insert the rows whose key no row has, archived ones included: what was retired does not come back."""
    columns = [entity.table.c[name] for name in key]
    known = {tuple(row) for row in session.execute(select(*columns))}
    missing = [row for row in rows if tuple(row[name] for name in key) not in known]
    create_rows(session, entity, missing, batch=new_id(), verb=VERB)
    return len(missing)


def _ids(session: Any, entity: Entity) -> dict[str, int]:
    table = entity.table
    return {row.code: row.id for row in session.execute(select(table.c.code, table.c.id))}


def _named(rows: Iterable[Any], more: Any = lambda row: {}) -> list[Values]:
    return [_names(row, at) | more(row) for at, row in enumerate(rows)]


def _names(row: Named, position: int = 0) -> Values:
    return {"code": row.code, "position": position} | both("name", row.name)


def both(name: str, text: Text | None) -> Values:
    """A text in both languages, as the two columns that hold it."""
    return {f"{name}_zh": text.zh, f"{name}_en": text.en} if text else {}


def _divisions(session: Any) -> list[Values]:
    known, rows = _ids(session, DIVISION), divisions()
    ids = dict(zip((row.code for row in rows), new_ids(len(rows)), strict=True)) | known
    return [
        {
            "id": ids[row.code],
            "code": row.code,
            "name_zh": row.zh,
            "name_en": row.en,
            "position": at,
            "level": row.level,
            "parent_id": ids[row.parent] if row.parent else None,
        }
        for at, row in enumerate(rows)
    ]


def _nature(row: Any) -> Values:
    return {"official_levels": [*row.official_levels], "official_functions": [*row.official_functions]}


def _grade(row: Any) -> Values:
    texts = both("size", row.size) | both("score_rule", row.score_rule)
    texts |= both("touch_rule", row.touch_rule) | both("served_by", row.served_by)
    return texts | {"score_from": row.score_from, "touch_days": row.touch_days}


def _step(row: Any) -> Values:
    texts = both("what", row.what) | both("aim", row.aim) | both("proof", row.proof)
    return texts | {"phase": row.phase, "key_role": row.key_role}


def _product(row: Any, categories: dict[str, int]) -> Values:
    return {
        **both("unit", row.unit),
        **both("pricing", row.pricing),
        "category_id": categories[row.category],
        "vat_classes": [*row.vat_classes],
        "needs_vat_check": row.needs_vat_check,
        "agent_may_sell": row.agent_may_sell,
        "is_tangible": row.is_tangible,
        "needs_risk_check": row.needs_risk_check,
        "era": row.era,
    }


def _clause(row: Any) -> Values:
    return both("text", row.text) | {"is_default": row.is_default}


def _discount_limit(row: Any) -> Values:
    names = ("valid_from", "own_limit", "second_from", "third_from", "floor_steps")
    return {name: getattr(row, name) for name in names}


def _weapon(row: Any, cost_classes: dict[str, int]) -> Values:
    texts = both("description", row.description) | both("tip", row.tip) | both("guide_cost", row.guide_cost)
    texts |= both("rule", row.rule) | both("evidence", row.evidence) | both("success", row.success)
    return texts | {
        "icon": row.icon,
        "cost_class_id": cost_classes[row.cost_class],
        "compliance": row.compliance,
        "needs_approval": row.needs_approval,
        "tender_lock": row.tender_lock,
        "official_lock": row.official_lock,
        "repeat_days": row.repeat_days,
        "evidence_kinds": [*row.evidence_kinds],
    }


def _ceiling(row: Any) -> Values:
    names = (
        "compliance",
        "client_class",
        "valid_from",
        "per_occasion",
        "per_person_year",
        "per_client_year",
        "per_deal",
        "second_from",
        "third_from",
    )
    return {name: getattr(row, name) for name in names}
