"""A way forward as the gate's address names it: which act, to which stage, and what was typed with it."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import QueryParams

from crm.deal_states import (
    deliver,
    demand_undecided,
    ending,
    move,
    stage_of_delivery,
    stage_to_enter,
    way_to_delivery,
    win,
)
from crm.exit_gate import way_to
from crm.opportunities import Opportunity
from crm.stages import Stage, stages
from web.kit.requests import address, local_path, number_of

NAMES = ("act", "to", "why", "closed_on", "reason_id", "next")


@dataclass(frozen=True)
class Wanted:
    """Without a target nothing is moved: the page is only for proving what this stage asks."""

    act: str = "move"
    to: int = 0
    why: str = ""
    closed_on: str = ""
    reason_id: str = ""
    next: str = ""

    def pairs(self) -> list[tuple[str, str]]:
        values = {**self.__dict__, "to": str(self.to or "")}
        return [(name, values[name]) for name in NAMES if values[name] and (name, values[name]) != ("act", "move")]

    def at(self, path: str) -> str:
        return address(path, self.pairs())

    @property
    def moves(self) -> bool:
        return bool(self.to) or self.act != "move"


def wanted_in(params: QueryParams) -> Wanted:
    act = params.get("act", "move")
    return Wanted(
        act=act if act in ("move", "win", "deliver") else "move", to=number_of(params.get("to", "")) or 0,
        why=params.get("why", "")[:200], closed_on=params.get("closed_on", ""), reason_id=params.get("reason_id", ""),
        next=local_path(params.get("next", ""), otherwise=""),
    )  # fmt: skip


def wanted_at(path: str) -> Wanted:
    """What the address of the gate says, which its forms carry along."""
    return wanted_in(QueryParams(urlsplit(path).query))


def target(session: Any, deal: Opportunity, wanted: Wanted) -> Stage | None:
    """Raises Invalid where this deal cannot go there now."""
    if wanted.act == "win":
        demand_undecided(deal)
        return ending(session, deal, "won")
    if wanted.act == "deliver":
        return stage_of_delivery(session, deal)
    return stage_to_enter(session, deal, wanted.to) if wanted.to else None


def way(session: Any, deal: Opportunity, wanted: Wanted, to: Stage | None) -> tuple[Stage, ...]:
    if wanted.act == "deliver":
        return way_to_delivery(session, deal)
    if to is None and wanted.act == "move":
        here = stages(session).get(deal.stage_id or 0)
        return (here,) if here else ()
    return way_to(session, deal, to)


def go(session: Any, deal: Opportunity, wanted: Wanted, *, override: str | None) -> None:
    why = wanted.why or None
    if wanted.act == "win":
        win(
            session, deal, closed_on=_day(wanted.closed_on), reason_id=number_of(wanted.reason_id), why=why,
            override=override,
        )  # fmt: skip
    elif wanted.act == "deliver":
        deliver(session, deal, why=why, override=override)
    else:
        move(session, deal, wanted.to, why=why, override=override)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        return None
