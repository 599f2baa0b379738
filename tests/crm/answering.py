"""Asks for gifts and answers the requests, many at once, in a process of its own: `python -m tests.crm.answering`.

Its order: the person, the amount, how many, on how many threads, and which of them are refused (every so many; 0 for
none). It prints what became of them.
"""

import json
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from core.actors import actor_for
from core.approvals import acts
from core.db import get, unit_of_work
from core.errors import Invalid
from core.registry import registry
from crm.commitment_requests import ask_for
from crm.key_persons import KeyPerson
from crm.playbook.reserving import reserve
from tests.crm.playing import GIFT, use


def ask(person_id: int, amount: int) -> int:
    with unit_of_work(actor_for("am")) as session:
        person = get(session, KeyPerson, person_id)
        made = use(session, GIFT, person)
        reserve(session, made, [(person, amount)])
        return ask_for(session, made, reason="At once").id


def answer(asked: int, *, is_refused: bool) -> str:
    with unit_of_work(actor_for("lead")) as session:
        if is_refused:
            acts.refuse(session, asked, reason="Not this one")
        else:
            acts.approve(session, asked)
    return "turned down" if is_refused else "approved"


def turn(number: int, person_id: int, amount: int, every: int) -> str:
    try:
        return answer(ask(person_id, amount), is_refused=bool(every) and number % every == 0)
    except Invalid as error:
        return "no room" if "amount" in error.problems else str(error)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def main(person_id: int, amount: int, count: int, threads: int, every: int) -> None:
    registry()
    with ThreadPoolExecutor(threads) as pool:
        found = Counter(pool.map(lambda number: turn(number, person_id, amount, every), range(count)))
    print(json.dumps(found))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
