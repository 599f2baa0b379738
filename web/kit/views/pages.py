"""The remaining pages: sign-in, errors, home, a job's progress, and who may see what."""

from dataclasses import dataclass
from typing import Literal

from web.kit.views.common import Badge, Figure, Link, Post, Step
from web.kit.views.records import Panel


@dataclass(frozen=True, kw_only=True)
class SignInPage:
    """`error` is one sentence, the same for known and unknown names. `next` is where to go afterwards."""

    action: str
    name: str = ""
    next: str = ""
    error: str = ""
    notice: str = ""


@dataclass(frozen=True, kw_only=True)
class ErrorPage:
    """`detail` is a number to tell the help desk; `links` are ways on; `at` says what has to come first."""

    status: int
    title: str
    text: str
    detail: str = ""
    links: tuple[Link, ...] = ()
    at: str = ""


@dataclass(frozen=True, kw_only=True)
class Todo:
    """One thing to do next, with how many there are."""

    text: str
    href: str
    icon: str
    count: str = ""
    note: str = ""
    is_urgent: bool = False


@dataclass(frozen=True, kw_only=True)
class HomePage:
    greeting: str
    summary: str = ""
    heading: str = ""
    figures: tuple[Figure, ...] = ()
    todos: tuple[Todo, ...] = ()
    panels: tuple[Panel, ...] = ()


@dataclass(frozen=True, kw_only=True)
class JobPage:
    """`poll` is the address of the fragment `job_status.html`; empty once the job has ended.

    `total` of 0 means that the length is not known yet.
    """

    title: str
    state: Literal["waiting", "running", "done", "failed", "stopped"]
    state_text: str
    done: int = 0
    total: int = 0
    progress: str = ""
    poll: str = ""
    text: str = ""
    steps: tuple[Step, ...] = ()
    result: Link | None = None
    links: tuple[Link, ...] = ()
    stop: Post | None = None


@dataclass(frozen=True, kw_only=True)
class AccessReason:
    """One line of "may see, because": the permission, the level, where it comes from."""

    permission: str
    level: Badge
    source: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class AccessPage:
    title: str
    subtitle: str
    verdict: Badge
    reasons: tuple[AccessReason, ...]
    back: Link
