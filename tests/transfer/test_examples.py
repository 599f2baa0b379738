"""The shipped mappings bring the public files in whole; undoing each import leaves every export as it was."""

import csv
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from core.access import OPERATOR
from core.db import reading
from core.people import Role, Unit, User, UserRole
from core.totals import totals
from core.transfer import import_file, undo_batch
from crm.accounts import Account
from crm.coowners import AccountCoowner
from crm.opportunities import Opportunity
from tests.transfer.files import public
from tests.transfer.loading import entity, everything

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
SCRIPT = EXAMPLES / "maven" / "load.sh"
IMPORT = re.compile(r'octant import (\S+) "\$(files|here)/(\S+)" --mapping "\$here/(\S+)"')


def steps(folder: Path) -> list[tuple[str, Path, Path]]:
    """The imports that the script makes: entity, file, mapping."""
    places = {"files": folder, "here": SCRIPT.parent}
    return [
        (stem, places[place] / file, SCRIPT.parent / mapping)
        for stem, place, file, mapping in IMPORT.findall(SCRIPT.read_text())
    ]


def bring(stem: str, file: Path, mapping: Path | None, **options: Any) -> dict[str, Any]:
    return import_file(OPERATOR, entity(stem), file, mapping, **options)


def test_the_script_has_at_most_ten_commands_and_stops_at_the_first_error() -> None:
    commands = [line for line in SCRIPT.read_text().splitlines() if line.startswith("octant ")]
    assert 1 < len(commands) <= 10
    assert len(steps(Path())) == len(commands) - 1
    assert "set -eu" in SCRIPT.read_text()
    assert SCRIPT.stat().st_mode & 0o100


@pytest.fixture(scope="module")
def maven(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What happened when the files were imported, imported again, and every import was undone, the last one first."""
    folder = public("maven_crm/sales_pipeline.csv").parent
    todo = steps(folder)
    found: dict[str, Any] = {"first": [], "before": []}
    for stem, file, mapping in todo:
        if stem == "crm.opportunity":
            plain = mapping.read_text().replace('unknown = { GTXPro = { to = "GTX Pro" } }', "")
            bare = tmp_path_factory.mktemp("mapping") / "bare.toml"
            bare.write_text(plain)
            found["unsettled"] = bring(stem, file, bare)
        found["before"].append(everything())
        found["first"].append(bring(stem, file, mapping))
    with reading(OPERATOR) as session:
        found["stages"] = totals(session, entity("crm.opportunity"), by=("stage",), total="amount")
        found["states"] = totals(session, entity("crm.opportunity"), by=("state",))
        roles = select(Role.code).join(UserRole, UserRole.role_id == Role.id).join(User, User.id == UserRole.user_id)
        found["roles"] = list(session.scalars(roles.where(User.unit_id.is_not(None))))  # type: ignore[union-attr]
        deals = select(Opportunity.account_id, Opportunity.engaged_on, Opportunity.owner_id, Opportunity.team_id)
        found["deals"] = session.execute(deals).all()
        found["parents"] = session.scalars(select(Account.parent_id).where(Account.parent_id.is_not(None))).all()  # type: ignore[union-attr]
        found["revenue"] = session.scalar(select(Account.revenue).where(Account.name == "Acme Corporation"))
        companies = select(col(Unit.id)).where(col(Unit.kind) == "province", col(Unit.code) == "company")
        found["offices"] = session.scalars(select(col(Unit.name_en)).where(col(Unit.parent_id).in_(companies))).all()
        found["pairs"] = session.execute(select(col(AccountCoowner.account_id), col(AccountCoowner.user_id))).all()
    found["again"] = [bring(*step) for step in todo]
    found["after"] = []
    for result in reversed(found["first"]):
        undo_batch(OPERATOR, result["batch"])
        found["after"].insert(0, everything())
    return found


def test_the_importer_notices_what_is_wrong_before_anything_is_written(maven: dict[str, Any]) -> None:
    unsettled = maven["unsettled"]
    (unknown,) = unsettled["unknowns"]
    assert (unknown["text"], unknown["count"], unknown["near"][0]["key"]) == ("GTXPro", 1480, "GTX Pro")
    assert (unsettled["empty"]["account"], unsettled["empty"]["engaged_on"]) == (1425, 500)
    assert (unsettled["batch"], unsettled["created"], unsettled["refused"], len(unsettled["problems"])) == (
        None,
        0,
        1480,
        1,
    )


def test_every_row_of_the_four_files_is_in(maven: dict[str, Any]) -> None:
    assert [result["refused"] for result in maven["first"]] == [0] * 8
    assert [result["created"] for result in maven["first"]] == [3, 6, 6, 35, 7, 85, 4, 8800]
    assert maven["first"][-1]["read"] == 8800


def test_totals_by_stage_are_those_of_the_file(maven: dict[str, Any]) -> None:
    text = public("maven_crm/sales_pipeline.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    won = sum(Decimal(row["close_value"]) for row in rows if row["deal_stage"] == "Won")
    found = {group.key[0]: group for group in maven["stages"]}
    counts = {stage: group.count for stage, group in found.items()}
    assert counts == {"won": 4238, "lost": 2473, "engaging": 1589, "prospecting": 500}
    assert Decimal(found["won"].sum) / 100 == won == Decimal(10005534)
    assert {group.key[0]: group.count for group in maven["states"]} == {"won": 4238, "lost": 2473, "open": 2089}


def test_deals_stand_in_their_owners_teams(maven: dict[str, Any]) -> None:
    assert sum(account is None for account, *_rest in maven["deals"]) == 1425
    assert sum(day is None for _account, day, *_rest in maven["deals"]) == 500
    assert len({owner for *_rest, owner, _team in maven["deals"]}) == 30
    assert len({team for *_rest, team in maven["deals"]} - {None}) == 6
    assert sorted(maven["roles"]) == ["account_manager"] * 35 + ["team_lead"] * 6


def test_the_offices_stand_under_one_company(maven: dict[str, Any]) -> None:
    assert sorted(maven["offices"]) == ["Central", "East", "West"]


def test_everybody_who_has_a_deal_with_an_account_co_owns_it(maven: dict[str, Any]) -> None:
    wanted = {(account, owner) for account, _day, owner, _team in maven["deals"] if account is not None}
    assert len(maven["pairs"]) == len(wanted)
    assert {tuple(pair) for pair in maven["pairs"]} == wanted
    assert len({account for account, _owner in wanted}) == 85


def test_accounts_know_their_parents_and_their_revenue_in_whole_dollars(maven: dict[str, Any]) -> None:
    assert (len(maven["parents"]), maven["revenue"]) == (15, 110_004_000_000)


def test_loading_again_changes_nothing(maven: dict[str, Any]) -> None:
    assert {(r["batch"], r["created"], r["updated"], r["refused"]) for r in maven["again"]} == {(None, 0, 0, 0)}


def test_undoing_each_import_leaves_the_exports_byte_equal(maven: dict[str, Any]) -> None:
    assert maven["after"] == maven["before"]


@pytest.mark.soak
def test_the_script_loads_an_empty_database(tmp_path: Path) -> None:
    folder = public("maven_crm/sales_pipeline.csv").parent
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "OCTANT_DATA_DIR": str(tmp_path / "data")}
    done = subprocess.run([SCRIPT, folder], env=environment, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    assert "8800 created" in done.stdout


@pytest.mark.usefixtures("database")
def test_listed_chinese_companies_come_from_gbk_with_the_zeros_of_their_codes() -> None:
    file = public("cn_a_share_gbk/stock_basic.csv")
    mapping = EXAMPLES / "a_share" / "accounts.toml"
    first, again = (bring("crm.account", file, mapping) for _i in range(2))
    assert (first["created"], again["unchanged"], again["batch"]) == (4347, 4347, None)
    with reading(OPERATOR) as session:
        assert session.scalar(select(Account.name).where(Account.code == "000001")) == "平安银行"
        assert session.scalar(select(Account.id).where(Account.code == "1")) is None


@pytest.mark.usefixtures("database")
def test_the_demo_data_of_another_program_comes_as_deals_with_new_accounts() -> None:
    before = everything()
    file = public("odoo_demo/derived_odoo_leads.csv")
    result = bring("crm.opportunity", file, EXAMPLES / "odoo" / "opportunities.toml")
    assert (result["created"], result["also"]["crm.account"]) == (44, 30)
    undo_batch(OPERATOR, result["batch"])
    assert everything() == before
