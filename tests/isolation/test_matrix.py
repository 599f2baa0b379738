"""The isolation matrix holds on both engines, and would be seen to fail."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
RAW_SHAPES = 8


def matrix(url: str, *arguments: str) -> dict[str, Any]:
    result = subprocess.run(
        [sys.executable, "-m", "tests.isolation.matrix", *arguments],
        env={**os.environ, "OCTANT_DATABASE_URL": url}, cwd=ROOT, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr[-2000:]
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def outcomes(found: dict[str, Any], *wanted: str) -> list[Any]:
    return [cell for cell in found["cells"] if cell[2] in wanted]


def test_no_cell_leaks_and_none_shows_too_little(engine_url: str) -> None:
    found = matrix(engine_url)
    assert found["shapes"] == 103 and found["actors"] >= 12
    assert outcomes(found, "leak", "less") == []
    assert len(outcomes(found, "lint")) == RAW_SHAPES * found["actors"]
    assert len(outcomes(found, "ok")) > 700


@pytest.mark.parametrize("templates", ["sqlite"], indirect=True)
def test_a_table_without_its_rule_turns_the_matrix_red(engine_url: str) -> None:
    leaks = outcomes(matrix(engine_url, "--plant"), "leak")
    assert len({name for name, *_rest in leaks}) > 30
