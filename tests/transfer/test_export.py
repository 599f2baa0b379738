"""Exports carry what the actor sees and no more, run in no spreadsheet, and come back as nothing changed."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.audit import AuditEntry
from core.db import kernel_session, reading
from core.errors import Forbidden, Invalid
from core.lists import Query
from core.transfer import export_file, import_file, read_sheet, write_xlsx
from core.transfer.words import guarded, unguarded
from tests.transfer.loading import actor, by_name, counts, entity, exported, load

pytestmark = pytest.mark.usefixtures("carrier")

STARTS = "=+-@\t\r＝＋－＠"


def table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_an_export_has_the_rows_that_the_actor_sees() -> None:
    names = {name: {row["name"] for row in table(exported(name, "crm.account"))} for name in ("am", "am2", "lead")}
    assert (names["am"], names["am2"]) == ({"Harbour", "Bank"}, {"Factory"})
    assert names["lead"] == {"Harbour", "Bank", "Hospital"}


def test_a_condition_narrows_the_export() -> None:
    assert [row["name"] for row in table(exported("am", "crm.opportunity", account="ACC0"))] == ["Harbour line"]


def test_phones_are_masked_and_references_are_codes() -> None:
    (row,) = [row for row in table(exported("am", "crm.key_person")) if row["name"] == "Harbour boss"]
    assert (row["mobile"], row["email"], row["account"]) == ("139****1234", "****", "ACC0")


def test_an_export_needs_its_right_and_is_journaled(tmp_path: Path) -> None:
    for name in ("agent_north", "stranger"):
        with pytest.raises(Forbidden):
            export_file(actor(name), entity("crm.account"), Query(), tmp_path / "a.csv")
    assert not list(tmp_path.iterdir())
    assert export_file(actor("am"), entity("crm.account"), Query(), tmp_path / "a.csv") == 2
    with kernel_session(writes=False) as session:
        asked = select(AuditEntry.actor, AuditEntry.entity).where(AuditEntry.verb == "export")
        assert ("am", "crm.account") in session.execute(asked).all()


def test_only_csv_and_xlsx_are_written(tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        export_file(actor("am"), entity("crm.account"), Query(), tmp_path / "a.html")


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("stem", ["crm.account", "crm.opportunity", "crm.key_person", "crm.product", "crm.stage"])
def test_an_export_imported_again_changes_nothing(stem: str, suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"out.{suffix}"
    rows = export_file(actor("keeper"), entity(stem), Query(), file)
    result = import_file(actor("keeper"), entity(stem), file)
    assert (result["problems"], rows > 0) == ([], True)
    assert (result["read"], result["unchanged"]) == (rows, rows)


def test_texts_with_formulas_quotes_and_invisible_signs_come_back_as_they_were() -> None:
    names = [f"{space}{sign}1+1" for sign in STARTS for space in ("", "'", "''")] + [
        "'quoted'",
        "a;=1",
        'say "x"',
        "- ",
    ]
    rows = [(f"FX{i}", name) for i, name in enumerate(names)]
    load("am", "crm.opportunity", ("code", "name"), *[(code, f"x{name}") for code, name in rows])
    stored = load("am", "crm.opportunity", ("code", "name"), *rows)
    assert stored.refused == 0
    data = exported("am", "crm.opportunity")
    sheet = read_sheet(data, "out.csv")
    assert not [
        text for column in sheet.columns for text in column if text.lstrip()[:1] in set(STARTS) and len(text) > 1
    ]
    again = load("am", "crm.opportunity", sheet.headers, *(sheet.row(i) for i in range(len(sheet))))
    assert (again.created, again.updated, again.refused) == (0, 0, 0)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(max_size=20), st.sampled_from(list(STARTS)))
def test_no_text_is_left_to_run_and_every_text_comes_back(prefix: str, start: str) -> None:
    blank = "".join(char for char in prefix if char.isspace() or not char.isprintable())
    for text in (f"{blank}{start}cmd|' /C calc'!A0", f"'{start}1", prefix):
        safe = guarded(text)
        assert safe[:1] not in set(STARTS)
        assert guarded(unguarded(safe)) == safe


def test_a_workbook_has_texts_as_texts_and_amounts_as_numbers(tmp_path: Path) -> None:
    from python_calamine import CalamineWorkbook

    load("am", "crm.opportunity", ("code", "name", "amount", "engaged_on"), ("0042", "=1+1", "1054.10", "2026-03-05"))
    with reading(actor("am")) as session, (tmp_path / "a.xlsx").open("wb") as stream:
        write_xlsx(session, entity("crm.opportunity"), Query(), stream)
    with (tmp_path / "a.xlsx").open("rb") as stream:
        head, *rows = CalamineWorkbook.from_filelike(stream).get_sheet_by_index(0).to_python()
    (row,) = [dict(zip(head, row, strict=True)) for row in rows if row[0] == "0042"]
    assert (row["name"], row["amount"], row["engaged_on"].isoformat()) == ("=1+1", 1054.1, "2026-03-05")


def test_an_export_is_made_in_one_reading_whatever_the_number_of_rows() -> None:
    rows = [(f"MANY{i:04}", "many") for i in range(1200)]
    assert counts(load("am", "crm.opportunity", ("code", "name"), *rows, mapping=by_name("code", "name")))[0] == 1200
    codes = [row["code"] for row in table(exported("am", "crm.opportunity")) if row["code"].startswith("MANY")]
    assert codes == sorted(code for code, _name in rows)
