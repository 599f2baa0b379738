"""Stored files: random names on disk, size and type checked on the way in, the digest checked on the way out.

Nothing here knows the database: whoever stores a file keeps what `store` returns in a row of its own, and asks for
the row, through the wall, before it reads the file.
"""

import hashlib
import io
import os
import re
import secrets
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.errors import DomainError, Invalid, NotFound
from core.i18n import _
from core.settings import settings

LONGEST_NAME = 120
_KEY = re.compile(r"[0-9a-f]{40}")


class Damaged(DomainError):
    """The file on disk is not the one that was stored."""


@dataclass(frozen=True)
class Stored:
    """What a row keeps of a file. `name` is the user's, cleaned, for showing; `key` is its name on disk."""

    key: str
    name: str
    type: str
    size: int
    digest: str


@dataclass(frozen=True)
class Kind:
    """A type that may be stored: what it is served as, and whether some content is of it."""

    type: str
    fits: Callable[[bytes], bool]


def store(name: str, content: bytes) -> Stored:
    """Keep a file. Raises Invalid where it is empty, too large, or not what its name says."""
    shown = clean_name(name)
    kind = checked_kind(shown, content)
    key = secrets.token_hex(20)
    _write(_path(key), content)
    return Stored(key=key, name=shown, type=kind.type, size=len(content), digest=_digest(content))


def read(key: str, digest: str) -> bytes:
    """The content, if it still is what was stored. Raises NotFound or Damaged."""
    path = _path(key)
    if not path.is_file():
        raise NotFound(_("This file is no longer there."))
    content = path.read_bytes()
    if not secrets.compare_digest(_digest(content), digest):
        raise Damaged(_("This file was damaged where it is stored, so it is not handed out. Tell an administrator."))
    return content


def remove(key: str) -> None:
    _path(key).unlink(missing_ok=True)


def clean_name(name: str) -> str:
    """A user's file name without folders, control characters and marks that turn the writing direction."""
    last = re.split(r"[/\\]", name)[-1]
    visible = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip().rstrip(" .")
    stem, dot, suffix = visible.rpartition(".")
    if not dot:
        return visible[:LONGEST_NAME] or "file"
    suffix = suffix[:10]
    return f"{stem.lstrip(' .')[: LONGEST_NAME - len(suffix) - 1] or 'file'}.{suffix}"


def checked_kind(name: str, content: bytes) -> Kind:
    """The kind of a file by its name's ending, which its content must bear out."""
    limit = settings().max_upload_mb
    if not content:
        raise Invalid(_("The file is empty."))
    if len(content) > limit * 2**20:
        raise Invalid(_("The file is larger than {n} MB.", n=limit))
    _stem, dot, suffix = name.rpartition(".")
    kind = KINDS.get(suffix.lower()) if dot else None
    if kind is None:
        raise Invalid(_("Files of this type are not accepted. Accepted are: {types}.", types=", ".join(sorted(KINDS))))
    if not kind.fits(content):
        raise Invalid(_("The content of “{name}” is not what its ending says.", name=name))
    return kind


def _write(path: Path, content: bytes) -> None:
    """Under another name first, so that no half file is ever found under its own."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)


def _path(key: str) -> Path:
    if not _KEY.fullmatch(key):
        raise NotFound(_("This file is no longer there."))
    return settings().files_dir / key[:2] / key


def _digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


# --- kinds ----------------------------------------------------------------------------------------------------


def _begins(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(marks)


def _zip_with(member: str) -> Callable[[bytes], bool]:
    """An office document is a zip with a certain member. Only the list of names is read, nothing is unpacked."""

    def fits(content: bytes) -> bool:
        if not content.startswith(b"PK\x03\x04"):
            return False
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return any(name.startswith(member) for name in archive.namelist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return False

    return fits


def _is_text(content: bytes) -> bool:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decodes(content, "utf-16")
    return b"\x00" not in content and (_decodes(content, "utf-8") or _decodes(content, "gb18030"))


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


_OLE = _begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_JPEG = Kind("image/jpeg", _begins(b"\xff\xd8\xff"))

# No SVG, no HTML, no archive, nothing that runs: a file that is not here is refused.
KINDS = {
    "pdf": Kind("application/pdf", _begins(b"%PDF-")),
    "png": Kind("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "gif": Kind("image/gif", _begins(b"GIF87a", b"GIF89a")),
    "webp": Kind("image/webp", lambda content: content[:4] == b"RIFF" and content[8:12] == b"WEBP"),
    "docx": Kind(_OPEN_XML + "wordprocessingml.document", _zip_with("word/")),
    "xlsx": Kind(_OPEN_XML + "spreadsheetml.sheet", _zip_with("xl/")),
    "pptx": Kind(_OPEN_XML + "presentationml.presentation", _zip_with("ppt/")),
    "ofd": Kind("application/ofd", _zip_with("OFD.xml")),
    "doc": Kind("application/msword", _OLE),
    "xls": Kind("application/vnd.ms-excel", _OLE),
    "ppt": Kind("application/vnd.ms-powerpoint", _OLE),
    "wps": Kind("application/vnd.ms-works", _OLE),
    "et": Kind("application/vnd.ms-excel", _OLE),
    "dps": Kind("application/vnd.ms-powerpoint", _OLE),
    "csv": Kind("text/csv", _is_text),
    "txt": Kind("text/plain", _is_text),
}
