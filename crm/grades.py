"""Grades of accounts by value: A1 to D, and P for those who are not clients yet."""

from core.fields import number, text
from core.i18n import N_
from core.record import Reference
from crm.references import reference_entity
from crm.tables import live_unique


class Grade(Reference, table=True):
    __tablename__ = "crm_grade"
    __table_args__ = (live_unique("uq_crm_grade_code", "code"),)
    score_from: int | None = number()
    touch_days: int | None = number()
    size_zh: str | None = text(200)
    size_en: str | None = text(200)
    score_rule_zh: str | None = text(200)
    score_rule_en: str | None = text(200)
    touch_rule_zh: str | None = text(200)
    touch_rule_en: str | None = text(200)
    served_by_zh: str | None = text(200)
    served_by_en: str | None = text(200)


GRADE = reference_entity(
    Grade,
    "crm.grade",
    N_("Grade"),
    N_("Grades"),
    outside=True,
    fields=(
        Grade.score_from,
        Grade.touch_days,
        Grade.size_zh,
        Grade.size_en,
        Grade.score_rule_zh,
        Grade.score_rule_en,
        Grade.touch_rule_zh,
        Grade.touch_rule_en,
        Grade.served_by_zh,
        Grade.served_by_en,
    ),
    listed=(Grade.score_from, Grade.touch_days),
)
