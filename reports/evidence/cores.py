"""How much of the machine a calculation may take."""

from contextlib import AbstractContextManager
from typing import Any


def one_core() -> AbstractContextManager[Any]:
    """Keep the linear algebra and the trees on one core: the others are the pages', and two at once only wait."""
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[Any] = threadpool_limits(1)
    return limits
