"""The import wizard from file to undo, as plain forms: no script is needed for any step."""

import html
import re
from typing import Any

import pytest
from sqlalchemy import func, select

from core.access import OPERATOR
from core.db import reading
from core.jobs import work_once
from crm.accounts import Account
from crm.opportunities import Opportunity
from crm.products import Product
from tests.web.world import World

ACCOUNTS = "客户编码,客户名称,成员数\nX1,甲公司,12\nX2,乙公司,7\n"
DEALS = (
    "code,name,account,product,amount,engaged on\n"
    "D1,一号,C-港口,云主机GT,1200.50,03/04/2026\n"
    "D2,二号,C-港口,GTXPro,99.5,05/06/2026\n"
    "D3,三号,,GTXPro,1,07/08/2026\n"
)


def made_by(world: World, model: Any, *codes: str) -> int:
    with reading(OPERATOR) as session:
        return session.scalar(select(func.count()).select_from(model).where(model.code.in_(codes))) or 0


def upload(client: Any, path: str, text: str, name: str = "file.csv", **more: Any) -> Any:
    return client.post(f"{path}/import", files={"file": (name, text.encode()), **more})


def selects(page: str) -> dict[str, str]:
    """What the form's selects and boxes say, as a browser would send it."""
    found = {}
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = html.unescape(chosen[1]) if chosen else ""
    return found


def key(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    return found[1]


def finish(client: Any, preview: str) -> str:
    """Start the job, do its work, and open its result."""
    start = preview.replace("/preview", "/start")
    answer = client.post(start, data={"key": key(client.get(preview).text)})
    assert answer.status_code == 303
    work_once()
    job = answer.headers["location"]
    assert f"{job}/result" in client.get(job).text
    return str(client.get(f"{job}/result").text)


def test_a_file_goes_in_by_plain_forms_and_out_again(world: World) -> None:
    client = world.client("am", lang="zh")
    columns = upload(client, "/crm/account", ACCOUNTS).headers["location"]
    page = client.get(columns).text
    assert selects(page)["col.0"] == "code"
    assert selects(page)["col.1"] == "name"
    answer = client.post(columns, data=selects(page))
    assert answer.headers["location"].endswith("/preview")
    preview = client.get(answer.headers["location"]).text
    assert "甲公司" in preview
    assert made_by(world, Account, "X1", "X2") == 0
    result = finish(client, answer.headers["location"])
    assert made_by(world, Account, "X1", "X2") == 2
    batch = re.search(r'action="/crm/account/imports/undo"><input type="hidden" name="batch" value="(\d+)"', result)
    assert batch
    assert client.post("/crm/account/imports/undo", data={"batch": batch[1]}).status_code == 303
    assert made_by(world, Account, "X1", "X2") == 0
    assert client.post("/crm/account/imports/undo", data={"batch": batch[1]}).status_code == 409


def test_an_unknown_name_is_asked_about_once_with_its_count_and_the_dates_are_asked_about(world: World) -> None:
    keeper = world.client("keeper")
    typed = {"code": "GT", "name_zh": "云主机GT", "name_en": "GTX Pro", "position": "1"}
    assert keeper.post("/crm/product/new", data=typed).status_code == 303
    client = world.client("am")
    columns = upload(client, "/crm/opportunity", DEALS).headers["location"]
    page = client.get(columns).text
    assert "03/04/2026" in page
    assert "date.engaged_on" in selects(page), re.findall(r"<p class=.note.*?</p>", page)
    first = client.post(columns, data=selects(page))
    assert first.headers["location"].endswith("/columns")
    second = client.post(columns, data=selects(page) | {"date.engaged_on": "%d/%m/%Y"})
    names = second.headers["location"]
    assert names.endswith("/names")
    page = client.get(names).text
    assert page.count("<fieldset") == 1
    assert "2 rows" in page
    assert 'value="create"' not in page
    assert client.post(names, data={}).status_code == 422
    assert client.post(names, data={"u0": "to", "u0.to": "no such thing"}).status_code == 422
    chosen = client.post(names, data={"u0.to": "GTX Pro"})
    third = client.post(names, data={"u0": "to", "u0.to": "GTX Pro"})
    assert chosen.headers["location"].endswith("/preview"), "a chosen record is an answer by itself"
    assert third.headers["location"].endswith("/preview")
    finish(client, third.headers["location"])
    with reading(OPERATOR) as session:
        product = session.scalar(select(Product.id).where(Product.code == "GT"))
        deals = {
            d.code: d for d in session.scalars(select(Opportunity).where(Opportunity.code.in_(("D1", "D2", "D3"))))
        }  # type: ignore[attr-defined]
    assert {deal.product_id for deal in deals.values()} == {product}
    assert str(deals["D1"].engaged_on) == "2026-04-03"
    assert sum(deal.amount or 0 for deal in deals.values()) == 130100


def test_the_same_file_again_changes_nothing(world: World) -> None:
    client = world.client("am")
    text = "code,name\nS1,甲\n"
    columns = upload(client, "/crm/account", text).headers["location"]
    finish(client, client.post(columns, data=selects(client.get(columns).text)).headers["location"])
    columns = upload(client, "/crm/account", text).headers["location"]
    preview = client.get(client.post(columns, data=selects(client.get(columns).text)).headers["location"]).text
    assert "There is nothing to import" in preview
    assert "data-submit" not in preview


def test_a_row_that_is_wrong_stops_the_whole_file_and_says_why(world: World) -> None:
    client = world.client("am")
    columns = upload(client, "/crm/account", "code,name,member_count\nW1,a,1\nW2,b,many\n").headers["location"]
    preview = client.post(columns, data=selects(client.get(columns).text)).headers["location"]
    page = client.get(preview).text
    assert "“many” is not a whole number." in page
    assert "data-submit" not in page
    assert ">b<" in client.get(f"{preview}?only=refused").text
    assert ">a<" not in client.get(f"{preview}?only=refused").text.split("<tbody>")[1]


@pytest.mark.parametrize(
    ("name", "content"), [("a.csv", b""), ("a.exe", b"MZ"), ("a.xlsx", b"PK\x03\x04rest"), ("a.csv", b"\x00\x01\x02")]
)
def test_what_is_no_table_is_refused_with_a_sentence(world: World, name: str, content: bytes) -> None:
    answer = world.client("am").post("/crm/account/import", files={"file": (name, content)})
    assert answer.status_code == 422
    assert 'id="f-file-e"' in answer.text


def test_a_file_of_something_else_says_so_at_its_columns(world: World) -> None:
    client = world.client("am")
    columns = upload(client, "/crm/account", "colour,taste\nred,sweet\n").headers["location"]
    assert "is no table of" in client.get(columns).text


def test_two_columns_are_not_one_field(world: World) -> None:
    client = world.client("am")
    columns = upload(client, "/crm/account", "code,name,other\n1,a,b\n").headers["location"]
    answer = client.post(columns, data={"col.0": "code", "col.1": "name", "col.2": "name"})
    assert answer.status_code == 422
    assert "Two columns" in answer.text


def test_anothers_upload_is_not_there(world: World) -> None:
    columns = upload(world.client("am"), "/crm/account", ACCOUNTS).headers["location"]
    assert world.client("am2").get(columns).status_code == 404
    assert world.client("am2").get("/crm/account/import/..%2f..%2fetc/columns").status_code == 404


def test_a_mapping_of_an_earlier_import_is_taken(world: World) -> None:
    mapping = b'entity = "crm.account"\n[fields]\nname = "wie"\ncode = { template = "T-{wie}" }\n'
    client = world.client("am")
    columns = upload(client, "/crm/account", "wie\neins\n", mapping=("m.toml", mapping)).headers["location"]
    page = client.get(columns).text
    finish(client, client.post(columns, data=selects(page)).headers["location"])
    assert made_by(world, Account, "T-eins") == 1


def test_an_export_comes_back_as_it_went(world: World) -> None:
    client = world.client("am")
    answer = client.post("/crm/account/export.csv", data={"q": "港口"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="account-')
    text = answer.content.decode("utf-8-sig")
    assert len(text.splitlines()) == 2
    columns = upload(client, "/crm/account", text).headers["location"]
    preview = client.post(columns, data=selects(client.get(columns).text)).headers["location"]
    assert "There is nothing to import" in client.get(preview).text


def test_an_export_is_a_post_and_of_what_one_sees(world: World) -> None:
    client = world.client("am")
    assert client.get("/crm/account/export.csv").status_code == 405
    assert "医院" not in client.post("/crm/account/export.csv").content.decode()
    assert client.post("/crm/account/export.xlsx").content.startswith(b"PK")
    persons = client.post("/crm/key_person/export.csv").content.decode()
    assert "13812345678" not in persons
    assert world.client("admin").post("/crm/account/export.csv").status_code == 404
