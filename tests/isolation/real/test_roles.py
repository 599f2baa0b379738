"""What the shipped roles promise, whatever the data: said once in words, held against their grants."""

from fnmatch import fnmatchcase

import pytest

from core.access import ACCESS
from core.registry import registry

CLIENT_DATA = (
    "crm.account",
    "crm.key_person",
    "crm.opportunity",
    "crm.activity",
    "crm.contract",
    "crm.tender",
    "crm.note",
)
WRITES = ("create", "update", "delete")


def level(role: str, permission: str) -> set[str]:
    grants = next(found.grants for found in registry().roles() if found.code == role)
    return {reach for pattern, reach in grants.items() if fnmatchcase(permission, pattern)}


def stems() -> list[str]:
    registry()
    return sorted({access.stem for access in ACCESS.values()})


@pytest.mark.parametrize("stem", CLIENT_DATA)
def test_an_administrator_reads_no_client_data(stem: str) -> None:
    assert [level("administrator", f"{stem}.{verb}") for verb in ("read", *WRITES)] == [set()] * 4


@pytest.mark.parametrize("role", ["executive", "channel_manager", "administrator"])
def test_who_only_reads_clients_sees_no_number_clear(role: str) -> None:
    assert level(role, "crm.key_person.unmask") == set()


def test_staff_of_firms_write_nothing_but_their_tasks_these_activities_and_their_photos() -> None:
    written = [f"{stem}.{verb}" for stem in stems() for verb in WRITES if level("agent_staff", f"{stem}.{verb}")]
    task = ["campaigns.task.create", "campaigns.task.update"]
    assert written == [*task, "crm.activity.create", "crm.activity.update", "crm.file.create"]


def test_staff_of_firms_reach_nothing_but_what_is_shared() -> None:
    reached = {
        reach
        for stem in stems()
        for verb in ("read", "unmask", *WRITES)
        for reach in level("agent_staff", f"{stem}.{verb}")
    }
    assert reached == {"shared"}


def test_no_shipped_role_reads_the_journal_or_others_jobs() -> None:
    kernels = ("core.audit", "core.job", "core.once", "core.token", "core.batch")
    assert [role.code for role in registry().roles() for stem in kernels if level(role.code, f"{stem}.read")] == []


def test_nobody_but_the_data_keeper_and_the_administrator_reaches_all_of_what_people_write() -> None:
    roles = [role.code for role in registry().roles() if role.code not in ("data_keeper", "administrator")]
    everything = [
        f"{role} {stem}.{verb}"
        for role in roles for stem in stems() for verb in WRITES if "all" in level(role, f"{stem}.{verb}")
    ]  # fmt: skip
    assert everything == [f"{role} crm.tag.create" for role in roles if role != "agent_staff"]
