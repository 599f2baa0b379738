"""A long calculation in a process of its own: its library never enters the one that serves pages, nor holds it up."""

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")
LOOK_EVERY = 0.5


def apart(calculate: Callable[[Given], Made], given: Given, *, alive: Callable[[], None]) -> Made:
    """`calculate(given)`, meanwhile asking `alive` now and then, which raises where the work is no longer wanted."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_stand_back) as pool:
        future = pool.submit(calculate, given)
        while True:
            try:
                return future.result(timeout=LOOK_EVERY)
            except TimeoutError:
                if future.done():
                    raise
                alive()


def _stand_back() -> None:
    """People who wait for a page come first."""
    if hasattr(os, "nice"):
        os.nice(10)
