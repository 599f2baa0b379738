"""A made province whose truth is known: closed deals with sellers who pick weapons for better deals.

It sets the three traps on purpose. Better deals and better sellers get more weapons; deals that stay open longer
collect more of them and are won less often; weapons come in company. Every cause of both use and winning is a recorded
fact, or the seller. What is not recorded (how slow a deal is, the account's mood, the effort put into a deal) moves
either the use before the landmark or the winning, never both.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from reports.evidence.deals import Floats, first_use
from reports.evidence.findings import LANDMARK

# By how much a use raises the chance to win, whatever the deal: the truth that the estimates are judged by.
EFFECTS = {
    "W01_EXPO": 0.04, "W02_TECH": 0.06, "W03_CALL": 0.02, "W04_VISIT": 0.05,
    "W05_TRIAL": 0.10, "W06_GIFT": 0.00, "W07_SOCIAL": 0.03, "W08_TOUR": 0.07,
}  # fmt: skip
NULL, TEN_POINTS = "W06_GIFT", "W05_TRIAL"
# First uses in a usual deal, per day open.
PACE = {
    "W01_EXPO": 0.0045, "W02_TECH": 0.008, "W03_CALL": 0.013, "W04_VISIT": 0.014,
    "W05_TRIAL": 0.007, "W06_GIFT": 0.006, "W07_SOCIAL": 0.0045, "W08_TOUR": 0.004,
}  # fmt: skip
DEALS = 2000
CITIES, SELLERS_A_CITY, DEALS_AN_ACCOUNT = 6, 10, 3
# The values of each fact: how many deals have it, and what it adds to a deal's quality.
GRADES = {"A": (0.1, 0.6), "B": (0.2, 0.3), "C": (0.3, 0.0), "D": (0.4, -0.3)}
SIZES = {"large": (0.25, 0.3), "middle": (0.35, 0.0), "small": (0.4, -0.2)}
TRADES = {
    "finance": (0.15, 0.4),
    "school": (0.15, 0.2),
    "health": (0.15, 0.0),
    "plant": (0.25, 0.1),
    "shop": (0.3, -0.3),
}
PRODUCTS = {"line": (0.3, 0.3), "vnet": (0.2, 0.1), "sms": (0.2, -0.2), "iot": (0.15, -0.1), "cloud": (0.15, 0.0)}
AMOUNTS = {"1": (0.4, 0.3), "2": (0.3, 0.1), "3": (0.2, -0.1), "4": (0.1, -0.5)}
SOURCES = {"hotline": (0.2, 0.2), "visit": (0.4, 0.0), "agent": (0.2, 0.3), "tender": (0.2, -0.6)}
RIVALS = {"no": (0.55, 0.25), "yes": (0.45, -0.3)}
OF_THE_ACCOUNT = {"grade": GRADES, "size": SIZES, "trade": TRADES}
OF_THE_DEAL = {"product": PRODUCTS, "amount_class": AMOUNTS, "source": SOURCES, "competitor_known": RIVALS}


def province(rng: np.random.Generator, *, deals: int = DEALS, effects: Mapping[str, float] = EFFECTS) -> pd.DataFrame:
    """Draw `deals` closed deals in the shape of `deals.py`; `effects` are differences of chance between 0 and 0.1."""
    accounts = _accounts(rng, deals // DEALS_AN_ACCOUNT + 1)
    frame = _opened(rng, accounts, deals)
    seller, account = frame["seller"].to_numpy(int), frame["account"].to_numpy(int)
    quality = _quality(frame)
    skill = rng.normal(size=CITIES * SELLERS_A_CITY)[seller]
    slowness = rng.normal(size=deals)
    frame["days_open"] = np.round(np.exp(4.7 + 0.5 * slowness - 0.1 * quality)).clip(3, 900)
    keenness = 0.6 * quality + 0.5 * skill + rng.normal(size=len(accounts))[account] * 0.2 + _effort(rng, deals)
    _use(rng, frame, keenness, tuple(effects))
    mood = rng.normal(size=len(accounts))[account] + 0.5 * rng.normal(size=skill.size)[seller]
    chance = 0.06 + 0.5 * _squashed(0.9 * quality + 0.6 * skill + 0.4 * mood - 0.5 * slowness - 0.6)
    frame["won"] = rng.random(deals) < chance + _added(frame, effects)
    return frame


def _accounts(rng: np.random.Generator, count: int) -> pd.DataFrame:
    facts = {name: _drawn(rng, values, count) for name, values in OF_THE_ACCOUNT.items()}
    return pd.DataFrame({**facts, "manager": rng.integers(CITIES * SELLERS_A_CITY, size=count)})


def _opened(rng: np.random.Generator, accounts: pd.DataFrame, count: int) -> pd.DataFrame:
    """Most deals are sold by the account's manager, some by a colleague of the same city."""
    account = rng.integers(len(accounts), size=count)
    manager = accounts["manager"].to_numpy(int)[account]
    colleague = manager // SELLERS_A_CITY * SELLERS_A_CITY + rng.integers(SELLERS_A_CITY, size=count)
    seller = np.where(rng.random(count) < 0.15, colleague, manager)
    frame = accounts[list(OF_THE_ACCOUNT)].iloc[account].reset_index(drop=True)
    facts = {name: _drawn(rng, values, count) for name, values in OF_THE_DEAL.items()}
    return frame.assign(**facts, account=account, seller=seller, city=seller // SELLERS_A_CITY)


def _drawn(rng: np.random.Generator, values: Mapping[str, tuple[float, float]], count: int) -> npt.NDArray[np.str_]:
    return rng.choice(list(values), size=count, p=[often for often, _adds in values.values()])


def _quality(frame: pd.DataFrame) -> Floats:
    added = [frame[fact].map({value: adds for value, (_often, adds) in values.items()})
             for fact, values in {**OF_THE_ACCOUNT, **OF_THE_DEAL}.items()]  # fmt: skip
    quality: Floats = np.sum(added, axis=0)
    spread: Floats = (quality - quality.mean()) / quality.std()
    return spread


def _effort(rng: np.random.Generator, count: int) -> Floats:
    """Some deals are simply worked more: their weapons come together."""
    return 0.3 * rng.normal(size=count)


def _use(rng: np.random.Generator, frame: pd.DataFrame, keenness: Floats, weapons: tuple[str, ...]) -> None:
    for weapon in weapons:
        day = rng.exponential(1.0 / (PACE[weapon] * np.exp(keenness)))
        frame[first_use(weapon)] = np.where(day < frame["days_open"], day, np.nan)


def _added(frame: pd.DataFrame, effects: Mapping[str, float]) -> Floats:
    """A use before the landmark works; one after it comes when the client has made up its mind."""
    added: Floats = np.sum([(frame[first_use(name)] < LANDMARK) * points for name, points in effects.items()], axis=0)
    return added


def _squashed(values: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-values))
