"""One file that holds a folder, with a manifest of every digest: written whole or not at all, and read with doubt."""

import hashlib
import json
import tarfile
from pathlib import Path
from typing import Any

from core.errors import Invalid
from core.i18n import _

MANIFEST = "manifest.json"
FORMAT = 1

Manifest = dict[str, Any]


def pack(folder: Path, archive: Path, about: Manifest) -> None:
    """Write the folder and a manifest into the archive, readable by its owner only."""
    manifest = {"format": FORMAT, **about, "files": digests(folder)}
    (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True), "utf-8")
    draft = archive.with_name(archive.name + ".draft")
    draft.touch(mode=0o600)
    try:
        with tarfile.open(draft, "w:gz", compresslevel=6) as tar:
            for name in (MANIFEST, *manifest["files"]):
                tar.add(folder / name, arcname=name, filter=_anonymous)
        draft.replace(archive)
    finally:
        draft.unlink(missing_ok=True)


def unpack(archive: Path, folder: Path) -> Manifest:
    """Unpack into an empty folder, and check every file. Raises Invalid with a sentence."""
    try:
        with tarfile.open(archive, "r:gz") as tar:
            tar.extractall(folder, filter="data")
        manifest: Manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, EOFError, ValueError, tarfile.TarError) as error:
        raise Invalid(_("“{name}” is not a backup of Octant, or it is damaged.", name=archive.name)) from error
    if manifest.get("format") != FORMAT:
        raise Invalid(_("This backup was made by another release of Octant."))
    (folder / MANIFEST).unlink()
    found = digests(folder)
    wrong = sorted(name for name in {*found, *manifest["files"]} if found.get(name) != manifest["files"].get(name))
    if wrong:
        raise Invalid(_("The backup is damaged: {names}.", names=", ".join(wrong[:5])))
    return manifest


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): digest_of(path) for path in files}


def digest_of(path: Path) -> str:
    with path.open("rb") as stream:
        return "sha256:" + hashlib.file_digest(stream, "sha256").hexdigest()


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Who owned the file on this machine is nobody's business on another."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member
