"""What each role can do here, for the page of help: some ten lines for each."""

# ruff: noqa: E501  # a sentence is a line

from core.i18n import N_
from core.module import Help

CHANNEL_MANAGER = Help(
    N_("Channel manager"),
    "campaigns.watch.read",
    (
        N_(
            "Make a campaign: what for, by which weapon and product, in which cities, until when, and what a result earns."
        ),
        N_(
            "Choose the clients by conditions: grade, trade, city, products not held, not touched for so many days. The number follows."
        ),
        N_(
            "Spread the tasks over firms and staff, evenly or by county. One press makes them; one press takes all back."
        ),
        N_("Hand a client over with a purpose and an end. Choose which key persons the firm may see."),
        N_("Numbers stay masked until the client has agreed to the hand-over."),
        N_("Watch the results by firm, city, weapon and outcome. Every number opens its rows."),
        N_("Revoke a hand-over, a firm or a whole campaign in one press: at the firm’s next click it is gone."),
        N_("Results appear on the client’s timeline, and the account manager is told."),
    ),
)
FIRM_STAFF = Help(
    N_("Staff of an outside firm"),
    "campaigns.field.read",
    (
        N_(
            "My tasks stand in order of place and time. Yours come first, then those of your firm that nobody has taken."
        ),
        N_("Open a task to see what it is for, the address, and what a result earns."),
        N_("Report in a few taps: one big button for the outcome, a photo and a note if you like, send."),
        N_("Sending failed? What you filled in is still there: send again, it counts once."),
        N_("Wrong outcome? Undo stands in the message for a while."),
        N_("My clients shows who was handed over to you, until when and for what. Accept to begin."),
        N_("Numbers are in clear only for the persons who were ticked, once the client has agreed."),
        N_("My results lists what you reported and what it earns so far."),
    ),
)

HELPS = (CHANNEL_MANAGER, FIRM_STAFF)
