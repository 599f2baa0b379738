"""Plants what clients said in the last stage before a signature: what makes a forecast by evidence."""

from collections.abc import Iterable

from core.people import User
from crm.demo import shapes
from crm.demo.bulk import create
from crm.demo.chance import number, one_of
from crm.demo.planter import Planter
from crm.exit_proofs import EXIT_PROOF
from crm.exit_tests import ExitTest
from crm.opportunities import Opportunity

# The stage, its test, and of how many deals in ten it is noted.
STAGE, TEST, NOTED = "O5", "O5_choice", 7
SAID = (
    ("信息中心主任当面表示，技术评审我方第一，按我方方案走流程。", "visit"),
    ("分管领导电话确认选用我方，等商务条款定稿。", "call"),
    ("客户来函确认我方为拟合作单位，约定下周核对价格。", "letter"),
)


def plant_proofs(made: Planter, deals: Iterable[shapes.Deal]) -> None:
    test = made.id(ExitTest, TEST)
    late = [row for row in deals if row.state == "open" and row.stage == STAGE]
    noted = [row for row in late if number(row.code, "choice", below=10) < NOTED]
    create(made, EXIT_PROOF, [_proof(made, row, test) for row in noted])


def _proof(made: Planter, row: shapes.Deal, test: int) -> dict[str, object]:
    said, source = one_of(SAID, row.code, "said")
    return {
        "opportunity_id": made.id(Opportunity, row.code), "test_id": test, "said": said, "source": source,
        "proved_on": made.on(row.stage_since), "by_id": made.id(User, row.owner),
        "created_at": made.at(row.stage_since, "18:00"),
    }  # fmt: skip
