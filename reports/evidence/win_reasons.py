"""Why a deal's chance is what it is: what each fact adds to it, in points."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from reports.evidence.win_model import Model

# So many other deals stand for what the fact might have been.
OTHERS = 100


@dataclass(frozen=True)
class Reason:
    """The fact's value moves the chance by `points`, against what it would be were the fact not known."""

    fact: str
    value: str
    points: float


def reasons(model: Model, deals: pd.DataFrame, others: pd.DataFrame, *, most: int = 3) -> list[tuple[Reason, ...]]:
    """For each row of `deals` the facts that move its chance most, strongest first.

    The chance as it is, less its mean over the values that the fact has among up to 100 of `others`, all other facts
    as they are (Robnik-Šikonja & Kononenko 2008, IEEE TKDE 20:589). It tells what the model looks at, not what causes
    winning. Raises Conflict where the model has no skill.
    """
    chances = model.chances(deals)
    sample = others.iloc[np.linspace(0, len(others) - 1, min(OTHERS, len(others))).astype(int)]
    moved = {name: 100 * (chances - _unknown(model, deals, sample, name)) for name in model.known.columns}
    return [
        _strongest([Reason(name, str(deals[name].iloc[row]), float(by[row])) for name, by in moved.items()], most)
        for row in range(len(deals))
    ]


def _unknown(model: Model, deals: pd.DataFrame, sample: pd.DataFrame, name: str) -> np.ndarray:
    """The mean chance of each row over the values that the sample has for the fact; each value is asked for once."""
    often = sample[name].value_counts(normalize=True, dropna=False)
    asked = pd.concat([deals.assign(**{name: value}) for value in often.index])
    return np.average(model.chances(asked).reshape(len(often), -1), axis=0, weights=often.to_numpy())


def _strongest(found: list[Reason], most: int) -> tuple[Reason, ...]:
    return tuple(sorted(found, key=lambda reason: -abs(reason.points))[:most])
