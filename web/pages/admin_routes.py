"""The addresses of the administrator's pages."""

from core.oversight import PERMISSION
from web.kit.requests import Routes
from web.pages import (
    admin_access,
    admin_audit,
    admin_jobs,
    admin_rights,
    admin_roles,
    admin_units,
    admin_user,
    admin_users,
)


def routes() -> Routes:
    made = Routes()
    made.get("/admin", PERMISSION, admin_users.show)
    made.get("/admin/users/new", PERMISSION, admin_users.ask_new)
    made.post("/admin/users/new", PERMISSION, admin_users.create)
    made.get("/admin/users/{id:int}", PERMISSION, admin_user.show)
    for act, handler in admin_user.ACTS.items():
        made.post(f"/admin/users/{{id:int}}/{act}", PERMISSION, handler)
    made.get("/admin/roles", PERMISSION, admin_roles.show)
    made.get("/admin/roles/{id:int}", PERMISSION, admin_rights.show)
    made.get("/admin/roles/{id:int}/change", PERMISSION, admin_rights.ask_change)
    made.post("/admin/roles/{id:int}/change", PERMISSION, admin_rights.change)
    made.get("/admin/units", PERMISSION, admin_units.show)
    made.get("/admin/jobs", PERMISSION, admin_jobs.show)
    made.post("/admin/jobs/{id:int}/cancel", PERMISSION, admin_jobs.stop)
    made.post("/admin/jobs/{id:int}/retry", PERMISSION, admin_jobs.again)
    made.get("/admin/audit", PERMISSION, admin_audit.show)
    made.get("/admin/access", PERMISSION, admin_access.show)
    return made
