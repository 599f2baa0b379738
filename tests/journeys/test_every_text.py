"""Every page in the pseudo-language and in Chinese: what it says comes from the catalogue or from the database."""

import re

import httpx2
import pytest

from core.i18n import translate
from core.notices import KINDS
from core.registry import registry
from tests.journeys.places import LED_ELSEWHERE, Place, actors, places_of, shell_places, stems, unknown_routes
from tests.journeys.site import USERS, Site, listed
from tests.journeys.steps import unique
from tests.journeys.texts import WRONG, Judge
from tests.web.reading import inputs


def said(site: Site, places: list[Place], lang: str, judge: Judge) -> list[str]:
    """What the judge objects to, each once, with the first page that says it."""
    found: dict[str, str] = {}
    for place in places:
        with site.client(place.user, lang) as client:
            answer = client.get(place.path)
        assert answer.status_code == place.status, f"{place} in {lang}: status {answer.status_code}"
        for text in judge(answer.text):
            found.setdefault(text, f"{place} in {lang}: {text}")
    return list(found.values())


def test_the_walk_knows_every_address() -> None:
    assert unknown_routes() == []


@pytest.mark.parametrize("stem", stems())
def test_pages_say_only_what_the_catalogue_or_the_database_says(
    site: Site, judges: dict[str, Judge], stem: str
) -> None:
    places = places_of(site, stem)
    found = [text for lang, judge in judges.items() for text in said(site, places, lang, judge)]
    assert not found, listed(found)


def test_the_shell_says_only_what_the_catalogue_or_the_database_says(site: Site, judges: dict[str, Judge]) -> None:
    places = shell_places(site)
    found = [text for lang, judge in judges.items() for text in said(site, places, lang, judge)]
    assert not found, listed(found)


@pytest.mark.parametrize("stem", [stem for stem in stems() if f"/{stem.replace('.', '/')}/new" not in LED_ELSEWHERE])
def test_a_refused_form_says_why_in_the_users_language(site: Site, judges: dict[str, Judge], stem: str) -> None:
    user, path = creator(site, stem)
    for lang, judge in judges.items():
        with site.client(user, lang) as client:
            answer = client.post(f"{path}/new", data=wrong_values(client, path))
        assert answer.status_code == 422, f"{path}/new as {user} in {lang}: status {answer.status_code}"
        found = judge(answer.text)
        assert not found, f"{path}/new as {user} in {lang}: {listed(found)}"


def creator(site: Site, stem: str) -> tuple[str, str]:
    entity = registry().entity(stem)
    assert entity is not None
    who = actors(site)
    return next(user for user in USERS if who[user].may(entity.permission("create"))), entity.path


def wrong_values(client: httpx2.Client, path: str) -> dict[str, str]:
    """Numbers, amounts, days and choices that are none; names left empty."""
    form = client.get(f"{path}/new").text.split("data-draft")[1]
    numbers = re.findall(r'name="([^"]+)"[^>]*inputmode="(?:numeric|decimal)"', form)
    others = re.findall(r'<select[^>]* name="([^"]+)"', form) + re.findall(
        r'type="date" id="[^"]*" name="([^"]+)"', form
    )
    return dict.fromkeys((*numbers, *others), WRONG)


def test_a_conflict_says_both_values_in_the_users_language(site: Site, judges: dict[str, Judge]) -> None:
    for lang, judge in judges.items():
        path = site.create("/crm/account", name=unique("潮间带电子"), member_count="10")
        with site.client("am", lang) as client:
            typed = inputs(client.get(f"{path}/edit").text)
            for members, status in (("77", 303), ("55", 409)):
                answer = client.post(f"{path}/edit", data={**typed, "member_count": members, "key": members + path})
                assert answer.status_code == status, f"{path}/edit in {lang}: status {answer.status_code}"
        found = judge(answer.text)
        assert not found, f"{path}/edit as am in {lang}: {listed(found)}"


TOLD = {
    "mention": "{who} mentioned you", "assignment": "{who} gave you this", "due": "This is due today",
    "approval": "{who} asks for your approval", "job": "Your work is done",
}  # fmt: skip


@pytest.mark.parametrize("lang", ("zh", "en"))
def test_the_demo_s_account_manager_is_told_of_something_of_every_kind(site: Site, lang: str) -> None:
    assert [*TOLD] == [*KINDS]
    with site.client("am", lang) as client:
        shown = client.get("/me/inbox").text
    assert [kind for kind, text in TOLD.items() if translate(text, lang).replace("{who}", "") not in shown] == []
