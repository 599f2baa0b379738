"""What a request keeps of its day for whoever answers without seeing the client: shares, ceilings, what looked odd.

The names and amounts are those that the request itself says. What a ceiling's sum stands at is asked anew of the
kernel, whose sums name no client; nothing else of the client is read.
"""

from dataclasses import dataclass
from typing import Any

from core.tallies import tallies
from crm.activities import Activity
from crm.commitments import Commitment
from crm.key_persons import KeyPerson
from crm.playbook.findings import Both, Finding, Refusal
from crm.playbook.weighing import findings, held


@dataclass(frozen=True)
class Sum:
    """A ceiling as the request met it; `used` is what stands there now."""

    kind: str
    name: Both
    who: str
    limit: int
    own: int
    used: int

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)


def facts_of(session: Any, activity: Activity, rows: list[Commitment], people: dict[int, KeyPerson]) -> dict[str, Any]:
    """As JSON: what the use's own page shows of it on the day."""
    shown = held(session, rows)
    found = findings(session, activity, rows, people, shown)
    names = {key: person.name for key, person in people.items()}
    return {
        "place": next((each.supplier for each in rows if each.supplier), ""),
        "shares": [[names.get(r.person_id, ""), r.amount, r.client_class == "official"] for r in rows],
        "sums": [
            {
                "tally": each.tally, "kind": each.kind, "zh": each.ceiling.name_zh, "en": each.ceiling.name_en,
                "who": names.get(each.person_id or 0, ""), "limit": each.limit, "own": each.own,
            } for each in shown
        ],
        "said": [_kept(each) for each in found],
    }  # fmt: skip


def _kept(finding: Finding) -> dict[str, Any]:
    slots = [
        [name, {"zh": value.zh, "en": value.en} if isinstance(value, Both) else value] for name, value in finding.slots
    ]
    return {"rule": finding.rule, "message": finding.message, "slots": slots, "forbids": isinstance(finding, Refusal)}


def said_of(facts: dict[str, Any]) -> tuple[Finding, ...]:
    return tuple(
        (Refusal if each["forbids"] else Finding)(
            each["rule"], each["message"], tuple((name, _slot(value)) for name, value in each["slots"])
        )
        for each in facts.get("said", ())
    )


def _slot(value: Any) -> Any:
    return Both(value.get("zh"), value.get("en")) if isinstance(value, dict) else value


def sums_of(session: Any, facts: dict[str, Any]) -> tuple[Sum, ...]:
    kept = facts.get("sums", ())
    used = tallies(session, [each["tally"] for each in kept])
    return tuple(
        Sum(
            each["kind"],
            Both(each["zh"], each["en"]),
            each["who"],
            each["limit"],
            each["own"],
            used.get(each["tally"], 0),
        )
        for each in kept
    )
