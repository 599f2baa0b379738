"""The generic pages: what every entity gets from its declaration, and the shell's own pages."""

from web import signin
from web.kit.requests import Spec
from web.pages import (
    admin_routes,
    approvals,
    exports,
    health,
    help,
    home,
    import_preview,
    inbox,
    jobs,
    me,
    search,
    views,
)


def shell_routes() -> list[Spec]:
    made = (
        signin,
        me,
        approvals,
        admin_routes,
        inbox,
        help,
        home,
        search,
        jobs,
        exports,
        import_preview,
        health,
        views,
    )
    return [spec for part in made for spec in part.routes().specs]
