"""What must hold for the repository itself: layers, lint, no machine's addresses, no large files, known packages."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LARGEST = 400 * 1024
# Written so that this file does not match itself.
ADDRESSES = r"(pypi|pythonhosted|npmjs|npmmirror|yarnpkg|debian)[.](org|com)|--(extra-)?index-url|--find[-]links"


def test_alembic_folder_does_not_shadow_the_library() -> None:
    assert not (ROOT / "alembic/__init__.py").exists()


def test_imports_run_one_way() -> None:
    assert_passes("lint-imports", "--no-cache")


def test_ruff_finds_nothing() -> None:
    assert_passes("ruff", "check", "--no-cache", "--output-format=concise", ".")


def test_no_registry_address_is_tracked() -> None:
    named = [str(path) for path in tracked() if re.search(ADDRESSES, text_of(path)) or own_registries(path)]
    assert named == []


def test_no_path_of_this_machine_is_tracked() -> None:
    places = [f"{place}/" for place in (ROOT, Path.home()) if len(place.parts) > 1]
    assert [str(path) for path in tracked() if any(place in text_of(path) for place in places)] == []


def test_no_large_file_is_tracked() -> None:
    assert [str(path) for path in tracked() if path.stat().st_size > LARGEST] == []


def test_locks_hold_a_hash_for_every_package() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        pins = re.split(r"\n(?=\S)", lock.read_text("utf-8").strip())
        assert [pin.splitlines()[0] for pin in pins if "--hash=sha256:" not in pin] == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_lock_holds_every_dependency(name: str) -> None:
    locked = {line.split("==")[0] for line in (ROOT / name).read_text("utf-8").splitlines() if "==" in line}
    extras = ("build", "dev") if "dev" in name else ("build",)
    assert wanted(extras) - locked == set()


def test_every_dependency_is_explained() -> None:
    page = (ROOT / "docs/dependencies.md").read_text("utf-8")
    assets = tomllib.loads((ROOT / "assets.toml").read_text("utf-8"))["package"]
    names = wanted(("build", "dev")) | {package["name"] for package in assets}
    assert sorted(name for name in names if f"**{name}**" not in page) == []


def wanted(extras: tuple[str, ...]) -> set[str]:
    lists = [PROJECT["dependencies"], *(PROJECT["optional-dependencies"][extra] for extra in extras)]
    return {re.split(r"[\[<>=; ]", line)[0] for entries in lists for line in entries}


def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="ignore")


def own_registries(path: Path) -> bool:
    """A mirror that this machine is set to use, by name."""
    addresses = [value for name, value in os.environ.items() if re.search(r"INDEX_URL|REGISTRY|FIND_LINKS", name)]
    hosts = [found[1] for value in addresses for found in re.finditer(r"://(?:[^/@]*@)?([^/:\s]{4,})", value)]
    return any(host in text_of(path) for host in hosts)


def assert_passes(program: str, *arguments: str) -> None:
    done = subprocess.run([BIN / program, *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
