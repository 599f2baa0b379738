"""Pipelines: the ways that deals go. A won deal may later enter the pipeline that follows its own."""

from core.fields import ref
from core.i18n import N_
from core.record import Reference
from crm.references import reference_entity
from crm.tables import live_unique


class Pipeline(Reference, table=True):
    __tablename__ = "crm_pipeline"
    __table_args__ = (live_unique("uq_crm_pipeline_code", "code"),)
    next_id: int | None = ref("crm_pipeline.id", label="Followed by")


PIPELINE = reference_entity(
    Pipeline, "crm.pipeline", N_("Pipeline"), N_("Pipelines"), fields=(Pipeline.next_id,), listed=(Pipeline.next_id,)
)
