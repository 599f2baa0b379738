"""What each role can do here, for the page of help: some ten lines for each."""

# ruff: noqa: E501  # a sentence is a line

from core.i18n import N_
from core.module import Help

ACCOUNT_MANAGER = Help(
    N_("Account manager"),
    "crm.today.read",
    (
        N_(
            "Today shows what is overdue, due and next, deals at risk with the reason, and contracts that end. Begin there."
        ),
        N_(
            "Log a call or a visit from any client or deal: “Log a visit”, one line of result, save. The account is filled in already."
        ),
        N_("Plan the next step when you log the last one: a deal with a planned step does not count as stalled."),
        N_("Move a deal on the board with the mouse, or with the menu on its card. Undo stands in the message."),
        N_(
            "Win, lose or put a deal on hold on its own page. A reason is asked for: it makes the win rate worth reading."
        ),
        N_("The client’s page shows key persons by level and function. An empty seat is somebody you do not know yet."),
        N_("Ask for a gift, a meal or a trip from the deal: ceilings and locks are said before anybody is asked."),
        N_(
            "Make a quote from a deal’s lines in one press: floor prices, tax and the amount in Chinese words stand there."
        ),
        N_("Contracts that end shows ours and rivals’ by the days left; you get a task at 180, 90, 60 and 30 days."),
        N_("Mention a colleague in a note by @ and the user name: the note appears in their inbox."),
        N_("Find anything with Ctrl K: a name, its pinyin initials, a code, or the last four digits of a number."),
        N_("Narrow a list, then save it as a tab. The address of the page is the list: send it to a colleague."),
        N_("Going away? Name a deputy: that person works with your clients until you are back."),
    ),
)
TEAM_LEAD = Help(
    N_("Team lead"),
    "crm.team.read",
    (
        N_("My team shows who needs help today: overdue steps, stalled deals, clients that nobody has seen."),
        N_("Every number there opens its rows. Look at the deal before you ask about it."),
        N_(
            "Give the clients of somebody who leaves to others: choose, look at the preview, press once. One press takes it back."
        ),
        N_("The new owners are told in their inbox. What was planned goes along with the client."),
        N_("Approvals holds what waits for your answer, with signs of splitting and what each ceiling has left."),
        N_("Name a deputy for a member who is away, and see who stands in for whom."),
        N_("Set targets for your unit and its people under Targets."),
        N_("The report of open deals is made from the list’s own filters: Opportunities, Export, PDF."),
        N_("You see the clients of your unit and of those below it, and nobody else’s."),
    ),
)
DATA_KEEPER = Help(
    N_("Data keeper"),
    "crm.account_month.import",
    (
        N_("Import a spreadsheet from the list it belongs to: Import, choose the file, look at the preview, start."),
        N_("Nothing is written before the preview: it says what would be created, changed and refused, and why."),
        N_("A whole import is taken back with one press, under Imports of the list."),
        N_("The same file imported twice changes nothing the second time."),
        N_("Every record’s history says who changed what, and lets you set a field back."),
        N_("Long work goes on behind the pages. You are told in the inbox when it is done."),
    ),
)

HELPS = (ACCOUNT_MANAGER, TEAM_LEAD, DATA_KEEPER)
