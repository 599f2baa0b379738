"""Stages of a pipeline: default probability, purchase step, a limit of days, and what entering it decides."""

from sqlalchemy import CheckConstraint, and_, select
from sqlmodel import Session, col

from core.errors import Invalid
from core.fields import choice, number, rate, ref
from core.i18n import N_, _
from core.record import Reference
from crm.exit_tests import ExitTest, is_asked
from crm.limits import RATE, keep_within
from crm.pipelines import Pipeline
from crm.references import reference_entity
from crm.tables import codes, live_unique


class Stage(Reference, table=True):
    """A deal that enters a stage with an `outcome` is thereby won or lost."""

    __tablename__ = "crm_stage"
    __table_args__ = (
        live_unique("uq_crm_stage_code", "code"),
        CheckConstraint("probability BETWEEN 0 AND 10000", name="probability"),
    )
    pipeline_id: int = ref("crm_pipeline.id", required=True)
    probability: int = rate(required=True)
    step_id: int | None = ref("crm_step.id", label="Purchase step")
    limit_days: int | None = number()
    outcome: str | None = choice("won", "lost")
    weapons: list[str] = codes(label="Usual weapons")


def stages(session: Session) -> dict[int, Stage]:
    """All stages by id, in their order, read once per session: every imported deal asks for its own."""
    return _known(session)[0]


def exit_tests(session: Session) -> dict[int, tuple[ExitTest, ...]]:
    """The tests that are asked, by stage, in their order."""
    return _known(session)[1]


def _known(session: Session) -> tuple[dict[int, Stage], dict[int, tuple[ExitTest, ...]]]:
    """Stages and their tests, in one statement."""
    kept: tuple[dict[int, Stage], dict[int, tuple[ExitTest, ...]]] | None = session.info.get("crm.stages")
    if kept is None:
        order = col(Stage.pipeline_id), col(Stage.position), col(Stage.code), col(ExitTest.position), col(ExitTest.code)
        joined = select(Stage, ExitTest).outerjoin(ExitTest, and_(col(ExitTest.stage_id) == col(Stage.id), is_asked()))
        found: dict[int, Stage] = {}
        tests: dict[int, tuple[ExitTest, ...]] = {}
        for stage, test in session.execute(joined.order_by(*order)):
            found[stage.id] = stage
            if test is not None:
                tests[stage.id] = (*tests.get(stage.id, ()), test)
        kept = session.info["crm.stages"] = (found, tests)
    return kept


def first_stage(session: Session, pipeline_id: int | None) -> Stage:
    """Where a new deal of this pipeline stands; without a pipeline, of the one that others do not follow."""
    later = (
        set(session.scalars(select(col(Pipeline.next_id)).where(col(Pipeline.next_id).is_not(None))))
        if not pipeline_id
        else set()
    )
    for stage in stages(session).values():
        if stage.pipeline_id == pipeline_id if pipeline_id else stage.pipeline_id not in later:
            return stage
    raise Invalid(_("This pipeline has no stages yet."))


def complete(_session: Session, stage: Stage) -> None:
    keep_within(stage, probability=RATE)


STAGE = reference_entity(
    Stage,
    "crm.stage",
    N_("Stage"),
    N_("Stages"),
    fields=(
        Stage.pipeline_id,
        Stage.probability,
        Stage.step_id,
        Stage.limit_days,
        Stage.outcome,
        Stage.weapons,
    ),
    listed=(Stage.pipeline_id, Stage.probability, Stage.limit_days, Stage.outcome),
    facets=(Stage.pipeline_id,),
    complete=complete,
)
