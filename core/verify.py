"""Is a file a paper of ours, is it unchanged, and what is another figure since? `octant verify` asks this."""

import re
from dataclasses import asdict, dataclass
from typing import Any, Literal

from core import clock
from core.access import OPERATOR, demand
from core.actors import actor_by_id
from core.db import reading
from core.errors import DomainError
from core.i18n import _, use_language
from core.paper_log import PaperRecord, paper_of, paper_sealed
from core.registry import registry
from core.stamps import Difference, differences, plain_figures

Verdict = Literal["ours", "changed", "unknown"]
# What the engine writes among the keywords of a document, where any program can read it.
SEAL = re.compile(rb"octant-seal:([0-9a-f]{64})")


@dataclass(frozen=True)
class Verified:
    """`since` is empty where the figures stand as they stood, and None where its reader may not read them now."""

    verdict: Verdict
    paper: PaperRecord | None = None
    since: tuple[Difference, ...] | None = ()


def verify(content: bytes, *, compare: bool = True) -> Verified:
    """Only a file that is ours byte for byte is `ours`; one that names a paper of ours but differs is `changed`."""
    paper = paper_of(content)
    if paper is not None:
        return Verified("ours", paper, changed_since(paper) if compare else ())
    named = SEAL.search(content)
    paper = paper_sealed(named[1].decode()) if named else None
    return Verified("changed" if paper else "unknown", paper)


def changed_since(paper: PaperRecord) -> tuple[Difference, ...] | None:
    """What the same reader would be told now. None where the reader has gone, or may not read it any more."""
    report = registry().report(paper.report)
    if report is None:
        return None
    try:
        actor = OPERATOR if paper.user_id is None else actor_by_id(paper.user_id, paper.username)
        demand(actor, report.permission)
        with use_language(paper.language), reading(actor, snapshot=True) as session:
            on = paper.on or clock.local(paper.data_at).date()
            now = report.gather(session, on=on, query=paper.query)
    except DomainError:
        return None
    return tuple(differences(paper.figures, plain_figures(now)))


# --- how it is said -------------------------------------------------------------------------------------------

MOST_NAMED = 20


def as_json_says(found: Verified) -> dict[str, Any]:
    """For programs: `verdict`, the paper's own facts, and `changed_since` (null where nobody may tell)."""
    paper = found.paper
    if paper is None:
        return {"verdict": found.verdict}
    facts = {name: getattr(paper, name) for name in ("report", "username", "language", "rows", "seal", "digest")}
    since = None if found.since is None else [asdict(each) for each in found.since]
    times = {"data_at": paper.data_at, "made_at": paper.made_at}
    return {"verdict": found.verdict, **facts, **times, "query": paper.asked, "changed_since": since}


def as_sentences(found: Verified) -> list[str]:
    """For people, in the current language."""
    if found.paper is None:
        return [_("This is no paper that was made here.")]
    if found.verdict == "changed":
        return [_("This file names a paper of ours, but it is not that paper: it was changed."), _facts(found.paper)]
    return [_("This paper was made here and is unchanged."), _facts(found.paper), *_since(found.since)]


def _facts(paper: PaperRecord) -> str:
    slots = {"report": paper.report, "reader": paper.username, "n": paper.rows}
    at = f"{clock.local(paper.data_at):%Y-%m-%d %H:%M}"
    return _("{report}, with the rights of {reader}, data of {at}, records counted: {n}.", at=at, **slots)


def _since(since: tuple[Difference, ...] | None) -> list[str]:
    if since is None:
        return [_("Whether its figures changed since cannot be said: its reader may not read them any more.")]
    if not since:
        return [_("Its figures are the same today.")]
    named = [f"  {each.where}: {each.before} → {each.now}" for each in since[:MOST_NAMED]]
    more = [_("  and {n} more", n=len(since) - MOST_NAMED)] if len(since) > MOST_NAMED else []
    return [_("Figures that are others today: {n}", n=len(since)), *named, *more]
