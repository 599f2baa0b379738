"""What acts that no entity declares are called where changes are listed; a module adds its own."""

from core.i18n import N_

DEEDS: dict[str, str] = {
    "create": N_("created it"), "update": N_("changed it"), "archive": N_("archived it"), "restore": N_("restored it"),
    "undo": N_("took a change back"), "import": N_("imported it"), "delete": N_("removed it"), "move": N_("moved it"),
    "reassign": N_("reassigned it"), "demo": N_("planted it"), "password": N_("set a password"),
    "reset_link": N_("made a link to a new password"), "entry_link": N_("made a sign-in link"),
    "roles": N_("changed the roles"), "sign_out": N_("signed out everywhere"), "grant": N_("changed the rights"),
    "close": N_("closed the account"), "open": N_("opened the account again"),
}  # fmt: skip
