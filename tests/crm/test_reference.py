"""The reference data: what a new database starts with is whole, in two languages and free of contradictions."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path

import pytest

from crm import reference
from crm.reference.divisions import divisions
from crm.reference.kinds import Named, Text, Weapon
from crm.reference.load import ReferenceDataError, rows

KINDS = (
    reference.weapons, reference.cost_classes, reference.steps, reference.levels, reference.functions,
    reference.roles, reference.relations, reference.support, reference.channels, reference.trades,
    reference.grades, reference.natures, reference.vat_classes, reference.products, reference.pipelines,
    reference.states, reference.deal_check, reference.deal_bands, reference.reasons, reference.categories,
)  # fmt: skip

CODED = (reference.weapons, reference.steps, reference.channels, reference.trades, reference.grades, reference.products)


def texts(value: object) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from texts(part)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))


def has_han(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def weapon(code: str) -> Weapon:
    return next(row for row in reference.weapons() if row.code == code)


def stages(pipeline: str) -> list[str]:
    return [stage.code for row in reference.pipelines() if row.code == pipeline for stage in row.stages]


def bad_file(folder: Path, text: str) -> Path:
    (folder / "things.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_every_english_text_is_free_of_chinese(kind):
    assert [text.en for text in texts(kind()) if has_han(text.en)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_chinese_text_is_chinese_or_a_name_in_letters(kind):
    latin = [text.zh for text in texts(kind()) if not has_han(text.zh)]
    assert set(latin) <= {"IP-VPN / SD-WAN", "MAS / 云MAS"}


@pytest.mark.parametrize("kind", CODED)
def test_a_file_with_numbered_codes_is_sorted_by_them(kind):
    codes = [row.code for row in kind()]
    assert codes == sorted(codes)


@pytest.mark.parametrize("kind", KINDS)
def test_no_two_rows_of_a_kind_have_one_name(kind):
    names = [row.name.zh for row in kind()]
    assert len(set(names)) == len(names)


def test_there_are_eight_weapons():
    assert len(reference.weapons()) == 8


@pytest.mark.parametrize("step", ["S1", "S2", "S3", "S4", "S5", "S6"])
def test_each_step_can_be_left_with_one_of_two_weapons_at_least(step):
    assert len([row for row in reference.weapons() if row.stage[step] >= 2]) >= 2


def test_a_gift_is_locked_for_officials_and_during_a_tender():
    gift = weapon("W06_GIFT")
    assert (gift.official_lock, gift.tender_lock, gift.needs_approval) == ("locked", "locked", True)


def test_only_gifts_hospitality_and_trips_need_approval():
    assert [row.code for row in reference.weapons() if row.needs_approval] == ["W06_GIFT", "W07_SOCIAL", "W08_TOUR"]


def test_a_strength_cannot_be_changed_at_run_time():
    with pytest.raises(TypeError):
        weapon("W01_EXPO").stage["S1"] = 0  # type: ignore[index]


def test_the_sales_pipeline_ends_at_signature():
    assert stages("sales") == ["O0", "O1", "O2", "O3", "O4", "O5", "O6"]


def test_delivery_is_a_pipeline_of_its_own():
    assert stages("delivery") == ["O7", "O8"]


def test_probabilities_rise_from_lead_to_signature():
    (sales,) = (row for row in reference.pipelines() if row.code == "sales")
    chances = [stage.probability_bp for stage in sales.stages]
    assert chances == [0, 1000, 2500, 4000, 5500, 7500, 10000]


def test_a_deal_is_won_at_signature_only():
    assert [stage.code for row in reference.pipelines() for stage in row.stages if stage.outcome] == ["O6"]


def test_delivery_follows_the_sale():
    assert {row.code: row.followed_by for row in reference.pipelines()} == {"sales": "delivery", "delivery": None}


def test_lost_and_on_hold_are_states_and_no_stages():
    assert {row.code for row in reference.states()} == {"open", "on_hold", "won", "lost"}


@pytest.mark.parametrize(
    ("vat_class", "day", "bp"),
    [
        ("data_sms_broadband", date(2025, 12, 31), 600),
        ("data_sms_broadband", date(2026, 1, 1), 900),
        ("basic_telecom", date(2018, 4, 30), 1100),
        ("basic_telecom", date(2019, 3, 31), 1000),
        ("basic_telecom", date(2026, 11, 25), 900),
        ("value_added_it", date(2026, 11, 25), 600),
        ("goods_lease", date(2026, 11, 25), 1300),
    ],
)
def test_the_vat_rate_is_that_of_the_day(vat_class, day, bp):
    assert reference.vat_bp(vat_class, day) == bp


def test_there_is_no_vat_rate_before_the_first_row():
    with pytest.raises(LookupError):
        reference.vat_bp("basic_telecom", date(2014, 5, 31))


def test_a_mixed_sale_that_is_not_split_takes_the_higher_rate():
    (project,) = (row for row in reference.products() if row.code == "X01")
    assert reference.product_vat_bp(project, date(2026, 11, 25)) == 1300


def test_there_are_35_products_and_only_iot_cards_need_a_risk_check():
    assert len(reference.products()) == 35
    assert [row.code for row in reference.products() if row.needs_risk_check] == ["D05"]


@pytest.mark.parametrize("nature", ["state_enterprise", "public_school", "public_hospital", "public_institution"])
def test_managers_of_state_enterprises_schools_and_hospitals_are_officials(nature):
    assert reference.is_official_by_default(nature, level="management", function="user")


def test_everybody_in_a_state_body_is_an_official():
    assert reference.is_official_by_default("state_body", level="operating", function="technical")


def test_a_teacher_is_no_official_but_the_school_buyer_is():
    assert not reference.is_official_by_default("public_school", level="operating", function="user")
    assert reference.is_official_by_default("public_school", level="operating", function="purchasing")


def test_nobody_in_a_private_enterprise_is_an_official():
    assert not reference.is_official_by_default("private", level="decision", function="finance")


@pytest.mark.parametrize(("score", "code"), [(0, "losing"), (23, "losing"), (24, "fighting"), (32, "winning")])
def test_a_deal_check_score_falls_in_its_band(score, code):
    assert reference.deal_band(score).code == code


@pytest.mark.parametrize("reasons", [reference.loss_reasons, reference.win_reasons])
def test_an_imported_deal_may_give_no_reason(reasons):
    assert "unknown" in {row.code for row in reasons()}


def test_the_glossary_has_one_english_word_for_each_chinese_one():
    words = reference.glossary()
    assert len(words) > 160
    assert len({word.en for word in words}) == len(words)


@pytest.mark.parametrize("word", ["战役", "管道", "测试试用"])
def test_the_words_that_carriers_do_not_use_stand_nowhere(word):
    shown = [text.zh for kind in (*KINDS, reference.glossary) for text in texts(kind())]
    assert [text for text in shown if word in text] == []


def test_a_code_that_stands_twice_is_refused(tmp_path):
    row = '[[thing]]\ncode = "a"\nname = { zh = "甲", en = "A" }\n'
    with pytest.raises(ReferenceDataError, match="a stands twice"):
        rows("things", Named, folder=bad_file(tmp_path, row * 2))


def test_a_text_in_one_language_only_is_refused(tmp_path):
    with pytest.raises(ReferenceDataError, match="en"):
        rows("things", Named, folder=bad_file(tmp_path, '[[thing]]\ncode = "a"\nname = { zh = "甲" }\n'))


def test_a_misspelt_field_is_refused(tmp_path):
    row = '[[thing]]\ncode = "a"\nname = { zh = "甲", en = "A" }\nnmae = "x"\n'
    with pytest.raises(ReferenceDataError, match="nmae"):
        rows("things", Named, folder=bad_file(tmp_path, row))


def test_guangdong_has_21_cities():
    assert len([row for row in divisions() if row.parent == "440000"]) == 21


@pytest.mark.parametrize("city", ["441900", "442000"])
def test_dongguan_and_zhongshan_have_no_counties(city):
    assert [row for row in divisions() if row.parent == city] == []


def test_every_division_stands_under_one_that_is_listed():
    codes = {row.code for row in divisions()}
    assert len(codes) == len(divisions())
    assert {row.parent for row in divisions() if row.parent} <= codes


def test_there_are_34_provinces():
    assert len([row for row in divisions() if row.level == "province"]) == 34


@pytest.mark.parametrize(
    ("zh", "short", "en"),
    [
        ("广州市", "广州", "Guangzhou"),
        ("天河区", "天河", "Tianhe"),
        ("番禺区", "番禺", "Panyu"),
        ("花都区", "花都", "Huadu"),
        ("西安市", "西安", "Xi'an"),
        ("陕西省", "陕西", "Shaanxi"),
        ("广西壮族自治区", "广西", "Guangxi"),
        ("恩施土家族苗族自治州", "恩施", "Enshi"),
        ("东乡族自治县", "东乡", "Dongxiang"),
        ("赵县", "赵县", "Zhaoxian"),
        ("万柏林区", "万柏林", "Wanbolin"),
        ("香港特别行政区", "香港", "Hong Kong"),
    ],
)
def test_a_division_is_named_as_people_name_it(zh, short, en):
    row = next(row for row in divisions() if row.zh == zh)
    assert (row.short, row.en) == (short, en)
