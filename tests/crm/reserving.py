"""Asks for the same gift many times at once, in a process of its own: `python -m tests.crm.reserving` with its order.

It prints how many requests were taken, how many a ceiling refused, and what else happened.
"""

import json
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from core.actors import actor_for
from core.db import get, unit_of_work
from core.errors import Invalid
from core.registry import registry
from crm.activities import Activity
from crm.key_persons import KeyPerson
from crm.playbook.reserving import reserve


def ask(activity_id: int, person_id: int, amount: int, _turn: int) -> str:
    try:
        with unit_of_work(actor_for("am")) as session:
            person = get(session, KeyPerson, person_id)
            reserve(session, get(session, Activity, activity_id), [(person, amount)])
    except Invalid as error:
        return "refused" if "amount" in error.problems else str(error)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "taken"


def main(activity_id: int, person_id: int, amount: int, count: int, threads: int) -> None:
    registry()
    with ThreadPoolExecutor(threads) as pool:
        found = Counter(pool.map(partial(ask, activity_id, person_id, amount), range(count)))
    print(json.dumps(found))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
