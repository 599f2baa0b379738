"""What hangs on records of any kind (notes, mentions, files, tags), and the kernel's own rows."""

from core.access import ACCESS
from core.record import METADATA
from tests.isolation.real.rows import World

ABOUT = {
    "crm.account": "crm_account", "crm.key_person": "crm_key_person", "crm.opportunity": "crm_opportunity",
    "crm.activity": "crm_activity", "crm.contract": "crm_contract", "crm.tender": "crm_tender",
}  # fmt: skip
# Kinds of records that something is asked about: whoever reads the record reads the request.
ASKED_ABOUT = {"crm.activity": "crm_activity", "crm.quote": "crm_quote", "campaigns.campaign": "campaigns_campaign"}
STRAY, STRAYS = "crm.rival", 42  # a kind of record that notes do not hang on, under ids that the other kinds have


def hanging(world: World) -> None:
    for entity, table in ABOUT.items():
        for record in world.rows[table]:
            _hang(world, entity, record)
    for record in range(1, STRAYS + 1):
        _hang(world, STRAY, record)
    for note in list(world.rows["crm_note"]):
        world.add("crm_file", entity="crm.note", record_id=note)
        world.add("crm_mention", note_id=note, user_id=world.users["spare"], archived_at=None)
    for user in world.rows["core_user"]:
        world.add("crm_mention", note_id=len(world.rows["crm_note"]), user_id=user + 900, archived_at=None)
        world.rows["crm_mention"][len(world.rows["crm_mention"])]["user_id"] = user
        if user == world.users["spare"]:
            world.rows["crm_mention"].popitem()


def _hang(world: World, entity: str, record: int) -> None:
    world.add("crm_note", entity=entity, record_id=record)
    world.add("crm_file", entity=entity, record_id=record)
    world.add("crm_tagging", entity=entity, record_id=record, tag_id=1, archived_at=None)


def kernel(world: World) -> None:
    """Jobs, which are their owners'; and a row in every table that nobody but the kernel itself reads."""
    for user in ("am1", "mate", "nobody"):
        world.add("core_job", user_id=world.users[user])
        world.add("core_paper", user_id=world.users[user])
        world.add("core_view", user_id=world.users[user])
    for user in world.rows["core_user"]:
        world.add("crm_location_consent", user_id=user)
    for user in ("am1", "am2", "deputy", "admin", "executive", "agent_a", "agent_b", "nobody", "spare"):
        world.add("core_notice", user_id=world.users[user])
    world.add("core_seal")
    for table in (name for name in METADATA.tables if name not in ACCESS or ACCESS[name].is_kernels):
        world.add(table)
