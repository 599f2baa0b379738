"""What each role can do here, for the page of help: some ten lines for each."""

# ruff: noqa: E501  # a sentence is a line

from core.i18n import N_
from core.module import Help

ADMINISTRATOR = Help(
    N_("Administrator"),
    "core.admin.read",
    (
        N_(
            "Make a user with unit and roles in one form; then make a one-time link and hand it over. Passwords are never sent."
        ),
        N_(
            "Tick roles on the user’s page. The rights beside them say in words what they allow. Undo stands in the message."
        ),
        N_("A changed role is in force at the next click of that user."),
        N_("Password forgotten? Make a new one-time link: it works once, for a day, and ends the one before."),
        N_(
            "A phone was lost: sign the user out everywhere. Somebody left: close the account, then the lead gives the clients to others."
        ),
        N_("Units are a tree: province, city, county, grid, team. The unit says how far a role reaches."),
        N_("Jobs shows everybody’s imports, exports and reports, to stop one or begin it again."),
        N_(
            "The journal says who changed what and when; values stand in a record’s history, for those who may read the record."
        ),
        N_("Who sees what answers for one user and one record why it is seen, or why not."),
        N_("You see no client data: whoever needs it takes another role, given by another administrator."),
    ),
)

HELPS = (ADMINISTRATOR,)
