"""What a refresh has found: values of the rows to write, as the tables name them."""

from dataclasses import dataclass, field
from typing import Any

Values = dict[str, Any]


@dataclass(frozen=True)
class Forecast:
    """No chances where the forecast has no skill; of the skill only the deals where they are too few."""

    skill: Values = field(default_factory=dict)
    chances: list[Values] = field(default_factory=list)


@dataclass(frozen=True)
class Results:
    basis: list[Values] = field(default_factory=list)
    worth: list[Values] = field(default_factory=list)
    forecast: Forecast | None = None
