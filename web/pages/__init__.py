"""The generic pages: what every entity gets from its declaration, and the shell's own pages."""

from web import signin
from web.kit.requests import Spec
from web.pages import health, home, jobs, me, search


def shell_routes() -> list[Spec]:
    made = (signin, me, home, search, jobs, health)
    return [spec for part in made for spec in part.routes().specs]
