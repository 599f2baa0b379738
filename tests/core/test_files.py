"""Stored files: nothing of the user's reaches the disk but bytes, and a changed byte is never handed out."""

import io
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import files
from core.errors import Invalid, NotFound
from core.settings import settings

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\nhello"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("OCTANT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("OCTANT_MAX_UPLOAD_MB", "1")
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


def office(member: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(member, "<x/>")
    return made.getvalue()


def test_a_file_comes_back_as_it_was_stored() -> None:
    stored = files.store("报价单.pdf", PDF)
    assert (stored.name, stored.type, stored.size) == ("报价单.pdf", "application/pdf", len(PDF))
    assert files.read(stored.key, stored.digest) == PDF


def test_only_the_owner_of_the_process_may_read_a_stored_file(folder: Path) -> None:
    stored = files.store("a.pdf", PDF)
    path = folder / "files" / stored.key[:2] / stored.key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "name",
    ["../../x.pdf", "..\\..\\x.pdf", "/etc/x.pdf", "C:\\x.pdf", "CON.pdf", "a\x00b.pdf", "..pdf.pdf",
     "字" * 255 + ".pdf", "<svg onload=alert(1)>.pdf", "harmless\u202efdp.pdf", ".pdf", "x.PDF"],
)  # fmt: skip
def test_a_hostile_name_never_reaches_the_disk(name: str, folder: Path) -> None:
    stored = files.store(name, PDF)
    found = [path for path in folder.rglob("*") if path.is_file()]
    assert found == [folder / "files" / stored.key[:2] / stored.key]
    assert not {"/", "\\", "\x00", "\u202e"} & {*stored.name}
    assert stored.name.lower().endswith(".pdf")
    assert len(stored.name) <= files.LONGEST_NAME


@pytest.mark.parametrize("key", ["", "..", "../../../etc/passwd", "a" * 39, "A" * 40, "a" * 40 + "/..", "a" * 40])
def test_a_made_up_key_finds_nothing(key: str) -> None:
    with pytest.raises(NotFound):
        files.read(key, "sha256:0")


def test_a_changed_byte_on_disk_is_not_handed_out(folder: Path) -> None:
    stored = files.store("a.pdf", PDF)
    (folder / "files" / stored.key[:2] / stored.key).write_bytes(PDF.replace(b"hello", b"hallo"))
    with pytest.raises(files.Damaged):
        files.read(stored.key, stored.digest)


def test_a_removed_file_is_gone_and_removing_it_again_is_no_error() -> None:
    stored = files.store("a.pdf", PDF)
    for _time in range(2):
        files.remove(stored.key)
    with pytest.raises(NotFound):
        files.read(stored.key, stored.digest)


def test_an_empty_file_and_one_over_the_limit_are_refused() -> None:
    with pytest.raises(Invalid):
        files.store("a.pdf", b"")
    with pytest.raises(Invalid, match="1 MB"):
        files.store("a.pdf", PDF + b"x" * 2**20)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", b"<svg/>"), ("a.html", b"<html/>"), ("a.pHaR", PDF), ("a.exe", b"MZ"), ("a", PDF), ("pdf", PDF),
        ("a.zip", office("x")),
        ("a.pdf", b"<html>%PDF-"), ("a.png", PDF), ("a.jpg", b"GIF89a"), ("a.docx", office("xl/workbook.xml")),
        ("a.xlsx", b"PK\x03\x04 broken"), ("a.xlsx", PDF), ("a.doc", office("word/document.xml")),
        ("a.csv", b"a,b\x00c"), ("a.txt", b"\xff\x00\xff\xfe\x80"), ("a.pdf.svg", PDF),
    ],
)  # fmt: skip
def test_a_file_of_another_type_or_with_other_content_is_refused(name: str, content: bytes, folder: Path) -> None:
    with pytest.raises(Invalid):
        files.store(name, content)
    assert not (folder / "files").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", office("word/document.xml")), ("a.xlsx", office("xl/workbook.xml")), ("a.ofd", office("OFD.xml")),
        ("a.csv", "客户,金额\n深圳,3".encode("gb18030")), ("a.txt", "你好".encode("utf-16")),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"), ("a.webp", b"RIFF1234WEBPVP8 "),
        ("a.JPEG", b"\xff\xd8\xff\xe0"),
    ],
)  # fmt: skip
def test_a_file_that_is_what_its_name_says_is_stored(name: str, content: bytes) -> None:
    stored = files.store(name, content)
    assert files.read(stored.key, stored.digest) == content
