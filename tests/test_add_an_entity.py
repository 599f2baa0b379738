"""What docs/add-an-entity.md shows is a whole entity: installed as a wheel would be, it passes every generic test."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "add-an-entity.md").read_text("utf-8")
LARGEST = 60


def files() -> dict[str, str]:
    """The page's files, by the path that stands above each."""
    return dict(re.findall(r"^`([\w/.]+)`\n\n```\w+\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


def entry_points() -> str:
    found = re.search(r"```toml\n\[project\.entry-points\.\"(.*?)\"\]\nsurveys = \"(.*?)\"\n```", PAGE)
    assert found is not None
    return f"[{found[1]}]\nsurveys = {found[2]}\n"


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder on the path with the module and the announcement of its wheel."""
    for name, text in files().items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    info = tmp_path / "octant_surveys-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: octant-surveys\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(entry_points())
    return tmp_path


def run(folder: Path, *command: str, **more: str) -> str:
    data = {"OCTANT_DATA_DIR": str(folder / "data"), "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}
    outer = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env={**outer, **data, **more}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_the_entity_is_shorter_than_sixty_lines() -> None:
    lines = [line for line in files()["surveys/surveys.py"].splitlines() if line.strip()]
    assert len(lines) < LARGEST


def test_the_page_makes_an_entity_that_passes_every_generic_test(installed: Path) -> None:
    code = "from core.migrate import revision, upgrade; upgrade(); revision('surveys', module='surveys')"
    run(installed, "-c", code)
    (migration,) = (installed / "surveys" / "migrations").glob("*.py")
    assert migration.read_text().count("create_table(") == 1
    run(installed, "-c", "from core.migrate import upgrade, differences; upgrade(); assert differences() == []")
    passed = run(installed, "-m", "pytest", "tests/web/test_every_entity.py", "-k", "surveys", "-p", "no:cacheprovider")
    assert passed.startswith("....")


def test_a_database_that_has_no_such_module_is_left_alone(installed: Path) -> None:
    code = "from core.registry import registry; print(*(module.name for module in registry().modules))"
    assert "surveys" in run(installed, "-c", code)
    assert "surveys" not in run(installed, "-c", code, PYTHONPATH=str(ROOT))
