"""Code that goes round the access wall or runs stored text does not get into the product; nor do loops of files."""

from pathlib import Path

import pytest

from tests import lints

ROOT = Path(__file__).parents[1]
PRODUCT = ("core", "crm", "agents", "campaigns", "reports", "web")
# The named capabilities of the databases, and what reads whole databases by its nature: backup, doctor, migrations.
RAW_ALLOWED = {
    "core/dialects.py",
    "core/wall.py",
    "core/backup.py",
    "core/doctor.py",
    "core/migrate.py",
    "core/jobs.py",
}


def sources(*folders: str) -> list[tuple[str, str]]:
    files = [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]
    return [
        (file.relative_to(ROOT).as_posix(), file.read_text("utf-8")) for file in files if "alembic" not in file.parts
    ]


def test_raw_database_access_stays_in_the_named_modules() -> None:
    found = {name: used for name, text in sources(*PRODUCT) if (used := lints.raw_driver_use(text))}
    assert {name: used for name, used in found.items() if name not in RAW_ALLOWED} == {}


def test_the_kernels_doors_are_opened_only_in_the_kernel() -> None:
    found = {name: used for name, text in sources(*PRODUCT[1:]) if (used := lints.kernel_doors(text))}
    assert found == {}


def test_no_stored_text_is_ever_run() -> None:
    assert {name: used for name, text in sources(*PRODUCT) if (used := lints.dangerous_calls(text))} == {}


def test_no_files_need_each_other() -> None:
    """Tables stand below, their verbs above: `crm/activities.py` and `crm/activity_verbs.py`."""
    assert lints.import_loop(sources(*PRODUCT)) == []


@pytest.mark.parametrize(
    "back",
    [
        "from crm.deals import win",
        "import crm.deals",
        "def late():\n    from crm.deals import win",
        "if TYPE_CHECKING:\n    from crm import deals",
        "from crm.pages.deal import show",
    ],
    ids=["plain", "module", "inside a function", "for the type checker", "through a package"],
)
def test_the_lint_sees_a_loop(back: str) -> None:
    pages = [("crm/pages/__init__.py", "from crm.pages import start"), ("crm/pages/deal.py", "")]
    files = [*pages, ("crm/pages/start.py", "import crm.deals"), ("crm/plans.py", back)]
    loop = lints.import_loop([*files, ("crm/__init__.py", ""), ("crm/deals.py", "from crm.plans import plan")])
    assert {"crm.deals", "crm.plans"} <= {*loop}


def test_the_lint_lets_a_package_name_what_it_holds() -> None:
    held = [("crm/quotes/lines.py", "from crm.quotes import rates"), ("crm/quotes/rates.py", "import crm.units")]
    assert lints.import_loop([("crm/quotes/__init__.py", "from crm.quotes.lines import total"), *held]) == []


@pytest.mark.parametrize(
    "source",
    ["c.cursor().execute('x')", "conn.exec_driver_sql('x')", "from sqlalchemy import text", "pd.read_sql(q, c)"],
)
def test_the_lint_sees_raw_access(source: str) -> None:
    assert lints.raw_driver_use(source)


def test_the_lint_sees_a_kernel_door() -> None:
    assert lints.kernel_doors("from core.db import kernel_session") == ["kernel_session"]
