"""Suggestions drawn by chance, what is said of an effect, and the command that tries it all on made provinces."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from core.cli import app as app
from core.errors import Invalid
from core.i18n import use_language
from reports import evidence
from reports.evidence.chance import randomised_effect
from reports.evidence.findings import FEW_CLUSTERS, ONE_SIDED, SEEN, TOO_DIFFERENT, TOO_FEW, UNSEEN, UNTOLD, Effect
from reports.evidence.province import EFFECTS
from reports.evidence.sentences import sentence
from reports.evidence.simulate import simulate


def drawn(*groups: tuple[float, int, int, int, int], times: int = 20) -> pd.DataFrame:
    """Suggestions of a probability: won and lost where the weapon was drawn, won and lost where another was."""
    kinds = ((True, True), (True, False), (False, True), (False, False))
    rows = [
        (probability, *kind)
        for probability, *counts in groups
        for kind, count in zip(kinds, counts, strict=True)
        for _each in range(count * times)
    ]
    frame = pd.DataFrame(rows, columns=["probability", "drawn", "won"])
    return frame.assign(account=range(len(frame)), seller=np.arange(len(frame)) % 20)


def test_even_chances_give_the_plain_difference() -> None:
    effect = randomised_effect("W", drawn((0.5, 6, 4, 3, 7)))
    assert effect.points == pytest.approx(30)
    assert (effect.state, effect.used, effect.unused) == (SEEN, 200, 200)


def test_uneven_chances_are_weighed() -> None:
    # Drawn: (4/0.8 + 2/0.2) / (8/0.8 + 2/0.2) = 0.75; not drawn: (0/0.2 + 4/0.8) / 20 = 0.25. Unweighed it were 20.
    assert randomised_effect("W", drawn((0.8, 4, 4, 0, 2), (0.2, 2, 0, 4, 4))).points == pytest.approx(50)


def test_what_was_not_left_to_chance_does_not_count() -> None:
    sure = drawn((1.0, 10, 0, 0, 0))
    both = pd.concat([drawn((0.5, 6, 4, 3, 7)), sure])
    assert randomised_effect("W", both).points == pytest.approx(30)
    assert randomised_effect("W", sure).reason == ONE_SIDED


def test_few_suggestions_are_not_enough() -> None:
    effect = randomised_effect("W", drawn((0.5, 6, 4, 3, 7), times=2))
    assert (effect.state, effect.reason, effect.points) == (UNTOLD, TOO_FEW, None)


def test_the_randomised_interval_holds_the_truth() -> None:
    rng = np.random.default_rng(3)
    held = [_holds_ten_points(rng) for _round in range(200)]
    assert 0.9 <= np.mean(held) <= 0.99


def test_a_probability_over_one_is_refused() -> None:
    with pytest.raises(Invalid):
        randomised_effect("W", drawn((1.5, 1, 1, 1, 1)))


def _holds_ten_points(rng: np.random.Generator) -> bool:
    probability, is_good = rng.uniform(0.2, 0.8, 1500), rng.random(1500)
    is_drawn = rng.random(1500) < probability
    won = rng.random(1500) < 0.1 + 0.3 * is_good + 0.3 * probability + 0.1 * is_drawn
    frame = pd.DataFrame({"probability": probability, "drawn": is_drawn, "won": won})
    effect = randomised_effect(
        "W", frame.assign(account=rng.integers(500, size=1500), seller=rng.integers(40, size=1500))
    )
    return bool(effect.low is not None and effect.high is not None and effect.low <= 10 <= effect.high)


def effect(**values: Any) -> Effect:
    plain = {"weapon": "W", "state": SEEN, "points": 6.2, "low": 1.3, "high": 11.1, "used": 1200, "unused": 800,
             "overlap": 0.9, "landmark": 60}  # fmt: skip
    return Effect(**{**plain, **values})


SAID = {
    "more": effect(),
    "less": effect(points=-6.2, low=-11.1, high=-1.3),
    "none": effect(state=UNSEEN, points=-0.4, low=-3.0, high=2.2),
    "drawn more": effect(landmark=None),
    "drawn less": effect(landmark=None, points=-6.2, low=-11.1, high=-1.3),
    "drawn none": effect(landmark=None, state=UNSEEN, low=-3.0),
    **{reason: effect(state=UNTOLD, points=None, low=None, high=None, reason=reason, needed=1500)
       for reason in (TOO_FEW, ONE_SIDED, TOO_DIFFERENT, FEW_CLUSTERS)},
}  # fmt: skip


@pytest.mark.parametrize("case", SAID)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_sentence_is_whole_in_both_languages(case: str, language: str) -> None:
    with use_language(language):
        text = sentence(SAID[case], "登门拜访")
    assert "登门拜访" in text and "{" not in text
    assert language == "en" or not re.search("[A-Za-z]", text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sentence_writes_the_minus_that_the_figures_have(language: str) -> None:
    with use_language(language):
        text = sentence(SAID["none"], "Gift")
    assert "−0.4" in text and "−3.0" in text and not re.search(r"-\d", text)


def test_a_loss_is_told_without_its_sign() -> None:
    with use_language("en"):
        assert "6.2 points less often (95 % interval 1.3 to 11.1;" in sentence(SAID["less"], "Gift")


def test_what_cannot_be_told_names_no_points() -> None:
    with use_language("en"):
        text = sentence(SAID[TOO_FEW], "Gift")
    assert text.startswith("Not enough deals to tell") and "points" not in text and "1,500 deals" in text


def test_the_library_is_loaded_only_inside_a_calculation() -> None:
    sources = Path(evidence.__file__).parent.glob("*.py")
    at_the_top = re.compile(r"^(import|from) (sklearn|scipy|threadpoolctl)", re.M)
    assert [path.name for path in sources if at_the_top.search(path.read_text("utf-8"))] == []


def test_the_help_names_the_commands_of_the_modules() -> None:
    assert "evidence" in CliRunner().invoke(app, ["--help"]).stdout


def test_a_seed_gives_the_same_result() -> None:
    assert simulate(2, 5, deals=600) == simulate(2, 5, deals=600) != simulate(2, 6, deals=600)


def test_no_run_is_refused() -> None:
    with pytest.raises(Invalid):
        simulate(0, 1)


def test_ten_provinces_from_the_command_line() -> None:
    done = CliRunner().invoke(app, ["evidence", "simulate", "--runs", "10", "--seed", "1", "--json"])
    told = json.loads(done.stdout)
    assert set(told) == {"runs", "coverage", "null_called_null", "found_10_points", "naive_coverage"}
    assert set(told["coverage"]) == {*EFFECTS, "overall"}
    assert told["coverage"]["overall"] > 0.9 > 0.2 > told["naive_coverage"]["overall"]
    assert told["found_10_points"] >= 0.8
