"""Uploaded files between the wizard's steps: kept under a random name, readable by who brought them, for a day."""

import re
import secrets
from pathlib import Path

from core import clock
from core.access import Actor
from core.errors import NotFound
from core.i18n import _
from core.settings import settings

_TOKEN = re.compile(r"[0-9a-f]{32}-(\d+|operator)")
_DAYS = 1


def keep(actor: Actor, data: bytes) -> str:
    """Keep an upload for its import. The name that it gets is random and says whose it is."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _forget_old(folder)
    token = f"{secrets.token_hex(16)}-{_owner(actor)}"
    (folder / token).write_bytes(data)
    return token


def kept(actor: Actor, token: str) -> bytes:
    """What was kept. Another's file is missing like one that never was."""
    file = _folder() / token if _TOKEN.fullmatch(token) else None
    if file is None or not token.endswith(f"-{_owner(actor)}") or not file.exists():
        raise NotFound(_("The uploaded file is no longer here. Upload it again."))
    return file.read_bytes()


def _owner(actor: Actor) -> str:
    return str(actor.user_id) if actor.user_id is not None else "operator"


def _folder() -> Path:
    return settings().files_dir / "uploads"


def _forget_old(folder: Path) -> None:
    limit = clock.ago(days=_DAYS).timestamp()
    for file in folder.iterdir():
        if file.stat().st_mtime < limit:
            file.unlink(missing_ok=True)
