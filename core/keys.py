"""What vouches for the journal outside the database: the key of its seals, and a file with the newest of them."""

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.settings import settings

Head = dict[str, Any]


def keys_dir(data_dir: Path | None = None) -> Path:
    return (data_dir or settings().data_dir) / "keys"


def head_file(data_dir: Path | None = None) -> Path:
    return (data_dir or settings().data_dir) / "audit-head.jsonl"


def known_keys(data_dir: Path | None = None) -> dict[str, bytes]:
    """Every key in the folder by its id: `audit.key` makes new seals, others `*.key` still prove old ones."""
    folder = keys_dir(data_dir)
    keys = (bytes.fromhex(file.read_text().strip()) for file in sorted(folder.glob("*.key")))
    return {key_id(key): key for key in keys}


def current_key() -> tuple[str, bytes]:
    """Id and key for new seals, made at first use."""
    file = keys_dir() / "audit.key"
    if not file.exists():
        _make_key(file)
    key = bytes.fromhex(file.read_text().strip())
    return key_id(key), key


def key_id(key: bytes) -> str:
    return hashlib.sha256(b"octant audit key " + key).hexdigest()[:16]


def _make_key(file: Path) -> None:
    """Written whole under another name and then linked: two processes that start at once agree on one key."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f"{secrets.token_hex(8)}.draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as stream:
        stream.write(secrets.token_hex(32) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def write_head(head: Head) -> None:
    """Append one line. A line that a crash cut short is closed first, and is skipped when it is read."""
    file = head_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    line = b"\n" * _is_cut(file) + json.dumps(head, sort_keys=True, default=str).encode() + b"\n"
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, line)
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_cut(file: Path) -> bool:
    if not file.exists() or file.stat().st_size == 0:
        return False
    with file.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read() != b"\n"


def read_heads(data_dir: Path | None = None) -> Iterator[Head]:
    file = head_file(data_dir)
    for line in file.read_bytes().splitlines() if file.exists() else ():
        try:
            head = json.loads(line)
        except ValueError:
            continue
        if isinstance(head, dict) and {"number", "mac"} <= head.keys():
            yield head
