"""Mappings go to TOML and back; days are recognised; texts are compared as a person would."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from core.transfer import Answer, Mapping, Source, form_label, mapping_of, read_mapping, write_mapping
from core.transfer.dates import read_day, recognise
from core.transfer.words import same, slug, squashed

EXAMPLES = sorted((Path(__file__).parents[2] / "docs" / "examples").glob("*/*.toml"))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_the_shipped_mappings_are_read_and_written_back(file: Path) -> None:
    mapping = read_mapping(file.read_text())
    assert mapping.fields
    assert read_mapping(write_mapping(mapping)) == mapping
    assert mapping_of(mapping.to_dict()) == mapping


TEXT = st.text(min_size=1, max_size=12)
ANSWERS = st.one_of(
    st.builds(lambda to: Answer("to", to=to), TEXT),
    st.builds(lambda values: Answer("create", values=values), st.dictionaries(TEXT, TEXT, max_size=2)),
    st.just(Answer("empty")),
)
SOURCES = st.builds(
    lambda column, slug, values, unknown: Source(column=column, slug=slug, values=values, unknown=unknown),
    TEXT, st.sampled_from(["", "."]), st.dictionaries(TEXT, TEXT, max_size=2),
    st.dictionaries(TEXT, ANSWERS, max_size=2),
)  # fmt: skip
MAPPINGS = st.builds(
    lambda fields, key, clear: Mapping(fields=fields, key=tuple(key), clear_empty=clear, entity="crm.account"),
    st.dictionaries(TEXT, SOURCES, max_size=3), st.lists(TEXT, max_size=2), st.booleans(),
)  # fmt: skip


@settings(max_examples=200, deadline=None, derandomize=True)
@given(MAPPINGS)
def test_any_mapping_comes_back_from_toml_as_it_was(mapping: Mapping) -> None:
    assert read_mapping(write_mapping(mapping)) == mapping


@pytest.mark.parametrize(
    "text",
    [
        "fields = 1",
        "strange = 1",
        "[fields.name]\ncolumn = 'a'\nvalue = 'b'",
        "[fields.name]\nstrange = 'a'",
        "[fields.name]\ncolumn = 'a'\nunknown = { x = 'whatever' }",
        "[fields.name]\ncolumn = 'a'\nunknown = { x = { to = 'a', create = {} } }",
        "[fields",
    ],
)
def test_a_mistake_in_a_mapping_is_named_never_skipped(text: str) -> None:
    with pytest.raises(Invalid):
        read_mapping(text)


@pytest.mark.parametrize(
    ("texts", "days"),
    [
        (("2026-03-05", "2026/3/6", "20260307", "2026年3月8日"), (5, 6, 7, 8)),
        (("05/03/2026", "31/03/2026"), (5, 31)),
        (("03/05/2026", "03/31/2026"), (5, 31)),
        (("5.3.2026", "31.3.2026"), (5, 31)),
        (("5 Mar 2026", "31 Mar 2026"), (5, 31)),
        (("March 5, 2026", "March 31, 2026"), (5, 31)),
        (("05-Mar-26", "31-Mar-26"), (5, 31)),
        (("03/05/2026 10:00", "03/31/2026 3:15 PM"), (5, 31)),
        (("46086", "46112"), (5, 31)),
        (("26-3-5", "26-3-31", "26-12-31"), (5, 31, None)),
    ],
)
def test_days_are_read_in_the_form_of_their_column(texts: tuple[str, ...], days: tuple[int | None, ...]) -> None:
    found = recognise(texts)
    assert found.forms == ()
    for text, day in zip(texts, days, strict=True):
        if day is not None:
            assert read_day(text, found.form) == date(2026, 3, day)


def test_days_that_can_be_read_in_two_ways_are_a_question() -> None:
    found = recognise(("03/04/2026", "2026-01-01"))
    assert (found.form, found.forms, found.example) == ("", ("%d/%m/%Y", "%m/%d/%Y"), "03/04/2026")
    assert form_label("%m/%d/%Y", found.example).endswith("2026-03-04")
    assert recognise(("05/05/2026",)).forms == ()


def test_one_wrong_day_does_not_change_the_form_of_the_column() -> None:
    assert recognise(("25/12/2026", "01/02/2026", "unknown")).form == "%d/%m/%Y"


def test_texts_are_the_same_whatever_their_width_capitals_and_blanks() -> None:
    assert same("ＧＴＸ　 Pro ") == same("gtx pro")
    assert same("GTXPro") != same("GTX Pro")
    assert squashed("GTX-Pro") == squashed("gtx pro")


def test_a_slug_is_made_of_small_latin_letters() -> None:
    assert [slug(text, ".") for text in ("Mei-Mei Johns", "王小明", "Zoë")] == [
        "mei.mei.johns",
        "wang.xiao.ming",
        "zoe",
    ]
