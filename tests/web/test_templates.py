"""What holds for every template, the stylesheet and the catalogue, without a page being asked for."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import UndefinedError

from core import i18n
from core.checks import conflicting
from core.i18n import use_language
from core.registry import registry
from web.kit.assets import STATIC, asset, icon
from web.kit.rendering import WEB, environment, render
from web.kit.views import Activity, ErrorPage, Head, Shell
from web.kit.views.lists import Kind, phone_places

TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
CSS = (STATIC / "app.css").read_text(encoding="utf-8")
SCRIPT = (STATIC / "app.js").read_text(encoding="utf-8")
# Younger than Chromium 109, which is what old desks run.
TOO_YOUNG = ("light-dark(", "oklch(", "color-mix(", "anchor(", "@starting-style", "@scope", "subgrid", "field-sizing")


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_a_template_holds_nothing_that_the_policy_forbids(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|\son\w+=|hx-on|javascript:|<style|js:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert "|safe" not in text.replace(" ", "")


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_a_template_is_short_and_compiles(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 120
    environment().get_template(file.relative_to(WEB / "templates").as_posix())


def test_the_stylesheet_is_readable_by_old_browsers() -> None:
    assert [word for word in TOO_YOUNG if word in CSS] == []
    assert not re.search(r"&[\s:.\[>]", re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)), "nested rules are too young"
    assert "@view-transition" not in CSS


def test_every_colour_has_a_dark_value() -> None:
    root = CSS[CSS.index("--canvas") : CSS.index("--bar-bg")]
    assert root.count("var(--L,") == root.count("var(--D,") == len(re.findall(r"--[\w-]+:", root))


def test_the_script_keeps_nothing_that_outlives_the_tab() -> None:
    assert "localStorage" not in re.sub(r"//.*", "", SCRIPT)
    assert not re.search(r"\beval\b|new Function|innerHTML|insertAdjacentHTML", SCRIPT)
    assert len(SCRIPT.encode()) < 10_000


def test_every_text_of_the_shell_has_its_chinese() -> None:
    methods = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
    options = {"**.html": {"silent": "false"}}
    found = extract_from_dir(str(WEB), method_map=methods, options_map=options, keywords={"_": None, "N_": None})
    used = {message if isinstance(message, str) else message[0] for _file, _line, message, _notes, _context in found}
    with (WEB / "locale" / "zh.po").open("rb") as stream:
        known = {message.id for message in read_po(stream) if message.id and message.string}
    assert used - known == set()


def test_a_message_has_one_translation_in_all_catalogues() -> None:
    """Also within one file, where a parser keeps only one of them."""
    found: dict[str, set[str]] = {}
    entry = re.compile(r'^msgid "(.+)"\nmsgstr "(.*)"$', re.MULTILINE)
    for file in WEB.parent.glob("*/locale/zh.po"):
        for message, text in entry.findall(file.read_text(encoding="utf-8")):
            found.setdefault(message, set()).add(text)
    assert {message: texts for message, texts in found.items() if len(texts) > 1} == {}
    registry()
    assert conflicting() == []


def test_a_second_translation_of_a_message_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_conflicts", {})
    (tmp_path / "locale").mkdir()
    (tmp_path / "locale" / "zh.po").write_text('msgid "Done"\nmsgstr "好了"\n', encoding="utf-8")
    i18n.load_catalogue(tmp_path)
    assert conflicting() == ["“Done” has several translations: ['好了', '已完成']"]


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(LookupError, match="no-such-icon"):
        icon("no-such-icon")


def test_an_icon_is_hidden_from_screen_readers_and_sized() -> None:
    text = icon("check", 13)
    assert text.startswith('<svg class="i" width="13" height="13"')
    assert 'aria-hidden="true"' in text


def test_an_asset_has_an_address_of_its_content() -> None:
    assert re.fullmatch(r"/static/app\.css\?v=[0-9a-f]{12}", asset("app.css"))


def test_a_value_is_escaped_and_never_evaluated() -> None:
    page = ErrorPage(status=404, title="<b>{{ 7 * 7 }}", text="${7*7}")
    text = render("error.html", shell=Shell(path="/", lang="en"), page=page)
    assert "&lt;b&gt;{{ 7 * 7 }}" in text
    assert "<b>{{" not in text
    assert ">49<" not in text


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("error.html", shell=Shell(path="/", lang="en"))


def test_the_first_template_that_exists_is_taken() -> None:
    page = ErrorPage(status=404, title="Gone", text="")
    assert "Gone" in render(("crm/no/such.html", "error.html"), shell=Shell(path="/", lang="en"), page=page)


def test_the_page_says_its_language() -> None:
    page = ErrorPage(status=404, title="", text="")
    for lang, code in (("zh", "zh-Hans-CN"), ("en", "en")):
        with use_language(lang):
            assert f'<html lang="{code}">' in render("error.html", shell=Shell(path="/", lang=lang), page=page)


def test_the_bar_of_a_lane_fills_its_length() -> None:
    parts = Activity(over=1, plan=2, none=1).parts
    assert parts == (("over", 0, 25), ("plan", 25, 50), ("none", 75, 25))


def test_an_empty_lane_has_no_bar() -> None:
    assert Activity().parts == ()


def test_a_row_finds_five_places_on_a_phone() -> None:
    """The fifth is a text such as the client: a deal or an activity says nothing without whose it is."""
    kinds: tuple[Kind, ...] = ("title", "badge", "person", "money", "due", "date", "text")
    heads = tuple(Head(key=kind, text=kind, kind=kind) for kind in kinds)
    assert phone_places(heads) == {"title": "m1", "money": "m2", "due": "m3", "badge": "m4", "text": "m5"}
