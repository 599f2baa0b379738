"""Roles: named bundles of grants. An administrator edits their names here; grants are edited on their own page."""

from core.i18n import N_
from core.people import Role
from crm.references import reference_entity

ROLE = reference_entity(Role, "crm.role", N_("Role"), N_("Roles"))
