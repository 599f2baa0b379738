"""Signing in and out in the browser."""

import pytest

from core.passwords import reset_link, store_password
from core.settings import settings
from tests.web.world import World

PASSWORD = "a-long-enough-phrase"


@pytest.fixture(scope="module")
def known(world: World) -> World:
    store_password(world.ids["am2"], PASSWORD)
    return world


def sign_in(world: World, name: str, password: str, **more: str) -> tuple[int, str, str]:
    answer = world.client(None).post("/signin", data={"name": name, "password": password, **more})
    return answer.status_code, answer.headers.get("location", ""), answer.text


def test_the_right_password_opens_the_page_one_wanted(known: World) -> None:
    client = known.client(None)
    page = client.get("/signin?next=%2Fcrm%2Faccount%3Fq%3Da").text
    assert 'name="next" value="/crm/account?q=a"' in page
    answer = client.post("/signin", data={"name": "am2", "password": PASSWORD, "next": "/crm/account?q=a"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/crm/account?q=a")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert client.get("/crm/account").status_code == 200


def test_a_secure_site_sets_a_cookie_for_this_host_alone(known: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "secure_cookies", True)
    cookie = known.client(None).post("/signin", data={"name": "am2", "password": PASSWORD}).headers["set-cookie"]
    assert cookie.startswith("__Host-octant=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_a_known_and_an_unknown_name_get_the_same_answer(known: World) -> None:
    first = sign_in(known, "am2", "wrong-password-1")
    second = sign_in(known, "nobody", "wrong-password-1")
    assert first[0] == second[0] == 422
    assert first[2].replace("am2", "X") == second[2].replace("nobody", "X")


def test_too_many_tries_have_to_wait(known: World) -> None:
    answers = [sign_in(known, "guessed", f"wrong-{n}")[0] for n in range(7)]
    assert answers[:5] == [422] * 5
    assert answers[-1] == 429


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\tevil",
        "javascript:alert(1)",
        "evil",
        "/\n/evil",
    ],
)
def test_sign_in_leads_nowhere_else(known: World, target: str) -> None:
    status, location, _text = sign_in(known, "am2", PASSWORD, next=target)
    assert (status, location) == (303, "/")
    signed_in = known.client("am").get("/signin", params={"next": target})
    assert signed_in.headers["location"] == "/"


def test_signing_in_ends_the_session_that_the_browser_held(known: World) -> None:
    client = known.client(None)
    client.post("/signin", data={"name": "am2", "password": PASSWORD})
    first = client.cookies["octant"]
    client.post("/signin", data={"name": "am2", "password": PASSWORD})
    assert client.cookies["octant"] != first
    old = known.client(None)
    old.cookies.set("octant", first)
    assert old.get("/crm/account").status_code == 303


def test_signing_out_ends_the_session_and_clears_the_browser(known: World) -> None:
    client = known.client(None)
    client.post("/signin", data={"name": "am2", "password": PASSWORD})
    token = client.cookies["octant"]
    answer = client.post("/signout")
    assert (answer.status_code, answer.headers["location"]) == (303, "/signin")
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    again = known.client(None)
    again.cookies.set("octant", token)
    assert again.get("/").status_code == 303


def test_signing_out_everywhere_ends_all(known: World) -> None:
    first, second = known.client(None), known.client(None)
    for client in (first, second):
        client.post("/signin", data={"name": "am2", "password": PASSWORD})
    assert "Sign out this device" in first.get("/me/devices").text
    first.post("/signout-everywhere")
    assert second.get("/").status_code == 303


def test_a_token_of_anybodys_making_opens_nothing(known: World) -> None:
    for token in ("", "x", "null", "0", "%00", "a" * 5000):
        client = known.client(None)
        client.cookies.set("octant", token)
        assert client.get("/crm/account").status_code == 303


def test_a_one_time_link_sets_a_password_once(known: World) -> None:
    path = f"/reset/{reset_link(known.ids['lead'])}"
    client = known.client(None)
    assert "lead" in client.get(path).text
    assert client.post(path, data={"new": "lead", "again": "lead"}).status_code == 422
    assert client.post(path, data={"new": "correct-horse-battery", "again": "other"}).status_code == 422
    typed = {"new": "correct-horse-battery", "again": "correct-horse-battery"}
    assert client.post(path, data=typed).headers["location"] == "/signin?new=1&name=lead"
    assert 'value="lead"' in client.get("/signin?new=1&name=lead").text
    assert client.get(path).status_code == 404
    assert sign_in(known, "lead", "correct-horse-battery")[0] == 303


def test_preferences_are_kept_by_the_browser_and_lead_back(known: World) -> None:
    client = known.client("am", lang="zh")
    assert 'lang="zh-Hans-CN"' in client.get("/me/devices").text
    answer = client.post("/preferences", data={"lang": "en", "theme": "dark", "next": "/crm/account?q=a"})
    assert answer.headers["location"] == "/crm/account?q=a"
    assert '<html lang="en" data-theme="dark">' in client.get("/me/devices").text
    assert client.post("/preferences", data={"lang": "xx", "next": "//evil.example"}).headers["location"] == "/"
    assert '<html lang="en"' in client.get("/me/devices").text


def test_the_browsers_language_is_taken_where_none_was_chosen(known: World) -> None:
    client = known.client(None)
    client.cookies.delete("octant_lang")
    assert '<html lang="en"' in client.get("/signin", headers={"Accept-Language": "fr, en;q=0.8"}).text
    assert '<html lang="zh-Hans-CN"' in client.get("/signin", headers={"Accept-Language": "fr"}).text
