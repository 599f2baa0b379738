"""Pipelines: the ways that deals go. A won deal may later enter the pipeline that follows its own."""

from typing import Any

from sqlalchemy import CheckConstraint

from core.fields import rate, ref
from core.i18n import N_
from core.record import Reference
from crm.limits import RATE, keep_within
from crm.references import reference_entity
from crm.tables import live_unique

# Until the carrier says otherwise: candidates within a quarter of the best.
NEAR = 2500


class Pipeline(Reference, table=True):
    """`nearly_equal`: suggestions within this share of the best score are drawn among; 0 leaves none to chance."""

    __tablename__ = "crm_pipeline"
    __table_args__ = (
        live_unique("uq_crm_pipeline_code", "code"),
        CheckConstraint("nearly_equal BETWEEN 0 AND 10000", name="nearly_equal"),
    )
    next_id: int | None = ref("crm_pipeline.id", label="Followed by")
    nearly_equal: int | None = rate(label="Suggestions this near are drawn by chance")


def complete(_session: Any, pipeline: Pipeline) -> None:
    keep_within(pipeline, nearly_equal=RATE)


PIPELINE = reference_entity(
    Pipeline,
    "crm.pipeline",
    N_("Pipeline"),
    N_("Pipelines"),
    fields=(Pipeline.next_id, Pipeline.nearly_equal),
    listed=(Pipeline.next_id,),
    complete=complete,
)
