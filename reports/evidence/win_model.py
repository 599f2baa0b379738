"""How likely a deal is won, from what is known when it is opened; silent where that tells nothing."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.errors import Conflict, Invalid
from core.i18n import _
from reports.evidence.cores import one_core
from reports.evidence.deals import Floats, require
from reports.evidence.skill import Skill, statement
from reports.evidence.win_skill import measure

LOGISTIC, BOOSTED = "logistic", "boosted"
# One deal in five is held back; fewer than this many deals are not worth a model.
HELD_BACK, FEWEST = 0.2, 200


@dataclass(frozen=True)
class Known:
    """The columns that a forecast may look at: each must be written down when the deal is opened.

    `values` are codes or texts of few values, `amounts` are numbers. `group` names what must not stand on both sides
    of a split (the deal's number, or its account). With `opened`, a column that sorts by time, the newest are held
    back.
    """

    values: tuple[str, ...]
    amounts: tuple[str, ...] = ()
    group: str = ""
    opened: str = ""

    @property
    def columns(self) -> list[str]:
        return [*self.values, *self.amounts]


@dataclass(frozen=True)
class Model:
    """A trained forecast: which kind was better, how good it was on deals held back, and from how many it was made."""

    kind: str
    known: Known
    skill: Skill
    deals: int
    fitted: Any

    def chances(self, deals: pd.DataFrame) -> Floats:
        """The chance to win of each row, 0 to 1. Raises Conflict where the model has no skill."""
        if not self.skill.is_there:
            raise Conflict(statement(self.skill))
        require(deals, self.known.columns)
        return said_by(self.fitted, self.known, deals)


def train(deals: pd.DataFrame, known: Known, *, seed: int = 0) -> Model:
    """Fit on closed deals (`won` and the columns of `known`), and measure on a fifth held back.

    A logistic regression with ridge and boosted trees (Friedman 2001, Annals of Statistics 29:1189; both by
    scikit-learn) are compared by their squared error on a fifth of the other four fifths; the better one is then fitted
    to all four and measured once on the fifth that neither has seen. What is kept is fitted to all deals. Raises
    Invalid where a column lacks, where there are fewer than 200 deals, or where all were won or lost.
    """
    _check(deals, known)
    rest, held = split(deals, known, seed)
    fitting, choosing = split(rest, known, seed + 1)
    kind = min((LOGISTIC, BOOSTED), key=lambda name: _error(fit(name, fitting, known), known, choosing))
    said = said_by(fit(kind, rest, known), known, held)
    groups = pd.factorize(held[known.group])[0] if known.group else np.arange(len(held))
    skill = measure(said, held["won"].to_numpy(float), base_rate=float(rest["won"].mean()), groups=groups)
    return Model(kind, known, skill, len(deals), fit(kind, deals, known))


def split(deals: pd.DataFrame, known: Known, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Four fifths and one fifth: the newest where time is known, else whole groups drawn by chance."""
    if known.opened:
        latest = deals[known.opened].rank(method="first", pct=True) > 1 - HELD_BACK
        return deals[~latest], deals[latest]
    from sklearn.model_selection import GroupShuffleSplit

    groups = deals[known.group] if known.group else np.arange(len(deals))
    first, second = next(GroupShuffleSplit(1, test_size=HELD_BACK, random_state=seed).split(deals, groups=groups))
    return deals.iloc[first], deals.iloc[second]


def fit(kind: str, deals: pd.DataFrame, known: Known) -> Any:
    """A fitted pipeline of scikit-learn of the kind."""
    estimator = _logistic(known) if kind == LOGISTIC else _boosted(known)
    with one_core():
        return estimator.fit(_seen(deals, known), deals["won"].to_numpy(bool))


def said_by(fitted: Any, known: Known, deals: pd.DataFrame) -> Floats:
    with one_core():
        chances: Floats = fitted.predict_proba(_seen(deals, known))[:, 1]
    return chances


def _check(deals: pd.DataFrame, known: Known) -> None:
    require(deals, ["won", *known.columns, *(name for name in (known.group, known.opened) if name)])
    if len(deals) < FEWEST or deals["won"].nunique() < 2:
        raise Invalid(_("A forecast takes at least {n} closed deals, won and lost.", n=FEWEST))


def _error(fitted: Any, known: Known, deals: pd.DataFrame) -> float:
    return float(np.mean((said_by(fitted, known, deals) - deals["won"].to_numpy(float)) ** 2))


def _seen(deals: pd.DataFrame, known: Known) -> pd.DataFrame:
    """Values as texts, an empty one as a value of its own; amounts as numbers."""
    texts = {name: deals[name].astype(object).where(deals[name].notna(), "").map(str) for name in known.values}
    return pd.DataFrame({**texts, **{name: deals[name].astype(float) for name in known.amounts}})


def _logistic(known: Known) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, QuantileTransformer

    values = OneHotEncoder(min_frequency=20, handle_unknown="infrequent_if_exist", sparse_output=False)
    # By its rank: one very large amount would otherwise outweigh all else.
    amounts = make_pipeline(SimpleImputer(strategy="median"), QuantileTransformer(n_quantiles=100))
    columns = ColumnTransformer([("values", values, list(known.values)), ("amounts", amounts, list(known.amounts))])
    return make_pipeline(columns, LogisticRegression(max_iter=500))


def _boosted(known: Known) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OrdinalEncoder

    values = OrdinalEncoder(max_categories=200, handle_unknown="use_encoded_value", unknown_value=np.nan)
    columns = ColumnTransformer(
        [("values", values, list(known.values)), ("amounts", "passthrough", list(known.amounts))]
    )
    trees = HistGradientBoostingClassifier(
        learning_rate=0.06, max_iter=200, max_leaf_nodes=15, l2_regularization=1.0, early_stopping=False,
        categorical_features=list(range(len(known.values))), random_state=0,
    )  # fmt: skip
    return make_pipeline(columns, trees)
