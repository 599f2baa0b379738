"""Plants what people say, mark and ask for: notes with mentions, tags, files, and who stands in for whom."""

from typing import Any

from core.notices import notify
from core.people import Deputy, User
from core.queue import JobRecord
from crm.accounts import Account
from crm.demo.planter import Planter
from crm.demo.tables import Row, table
from crm.demo.world import World
from crm.notes import Mention, Note
from crm.opportunities import Opportunity
from crm.tags import Tag, Tagging

MODELS: dict[str, Any] = {"account": Account, "opportunity": Opportunity}
# Absent, deputy, first and last day: one is over, one is away today, one will be.
ABSENCES = (("am4", "am2", -60, -50), ("gz1", "am3", -2, 5), ("am2", "am4", 20, 27))

# Lists that somebody asked for as a file.
EXPORTS = (("am", "crm.contract"), ("lead", "crm.contract"), ("channel", "agents.handover"))


def plant_talk(made: Planter, all_: World) -> None:
    for row in table("notes"):
        _note(made, row)
    for row in table("tags"):
        _tag(made, row, all_)
    for login, entity in EXPORTS:
        wanted = {"entity": entity, "form": "xlsx"}
        made.session.add(
            JobRecord(name="transfer.export", arguments=wanted, user_id=made.id(User, login), username=login)
        )
    for absent, deputy, first, last in ABSENCES:
        who = {"absent_id": made.id(User, absent), "deputy_id": made.id(User, deputy)}
        made.add(Deputy(**who, starts_on=made.sure(first), ends_on=made.sure(last)), f"{absent} {first}")
    made.flush()


def _note(made: Planter, row: Row) -> None:
    about = made.ids[MODELS[row["about"]], row["key"]]
    said, entity = made.at(int(row["day"]), "09:20"), f"crm.{row['about']}"
    note = Note(
        entity=entity,
        record_id=about,
        body=row["body"],
        author_id=made.id(User, row["author"]),
        created_at=min(said, made.now),
    )
    made.session.add(note)
    made.flush()
    for login in row["mentions"].split():
        made.session.add(Mention(note_id=note.id, user_id=made.id(User, login)))
        notify(made.session, to=made.id(User, login), kind="mention", about=(entity, about), by=note.author_id)


def _tag(made: Planter, row: Row, all_: World) -> None:
    tag = Tag(name=row["name"], tone=row["tone"])
    made.add(tag, row["name"])
    made.flush()
    for account in all_.accounts[:: int(row["every"])]:
        made.session.add(Tagging(tag_id=tag.id, entity="crm.account", record_id=made.ids[Account, account.key]))
