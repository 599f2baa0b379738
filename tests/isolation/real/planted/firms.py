"""What outside firms were handed: accounts, campaigns, tasks, visits that are to be made again, photos."""

from tests.isolation.real.planted.whose import HANDOVERS, NEAR, OWNERS, VOID, first_of, moved_with
from tests.isolation.real.rows import World


def handovers(world: World) -> None:
    for account, firm, until, accepted, revoked, archived, contracts, tenders in HANDOVERS:
        world.add(
            "agents_handover", account_id=account, firm_id=world.firms[firm], until=getattr(world, until),
            accepted_at=world.noon if accepted else None, revoked_at=world.noon if revoked else None,
            archived_at=world.noon if archived else None, shares_contracts=contracts, shares_tenders=tenders,
        )  # fmt: skip
    for number, handover in world.rows["agents_handover"].items():
        first = handover["account_id"]
        person = first if number < 9 else first + VOID
        world.add("agents_handover_person", handover_id=number, person_id=person, archived_at=None)
    unticked = [(1, 1 + VOID), (6, 6 + VOID)]
    crossed = [(handover, person) for handover in world.rows["agents_handover"] for person in NEAR.values()]
    crossed += [(handover, person) for handover in (1, 4, 13) for person in world.rows["crm_account"]]
    for handover_id, person in unticked + crossed:
        world.add("agents_handover_person", handover_id=handover_id, person_id=person, archived_at=world.noon)
    # Ticked in a hand-over of another account: persons who have changed their employer since, or were never there.
    for handover_id, person in ((1, 9), (1, 12), (6, 3)):
        world.add("agents_handover_person", handover_id=handover_id, person_id=person, archived_at=None)


def campaigns(world: World) -> None:
    for owner in (*OWNERS, "channel1"):
        world.add_owned("campaigns_campaign", owner, **moved_with(world, owner))
    for campaign in world.rows["campaigns_campaign"]:
        world.add("campaigns_city", campaign_id=campaign, unit_id=world.units["city1"], archived_at=None)
    _tasks(world)
    _tasks_of_firms(world)


def _tasks(world: World) -> None:
    """Live ones set a campaign or an activity beside nothing; archived ones each beside something within reach."""
    campaigns = {row["owner_id"]: key for key, row in world.rows["campaigns_campaign"].items()}
    nobodys, reached = campaigns[None], (campaigns[world.users["channel1"]], campaigns[world.users["am1"]])
    activities = list(world.rows["crm_activity"])
    own = first_of(world, "crm_activity", "am1")

    def add(campaign: int, activity: int, *, is_live: bool) -> None:
        gone = None if is_live else world.noon
        world.add("campaigns_task", campaign_id=campaign, activity_id=activity, firm_id=None, archived_at=gone)

    for activity in activities:
        add(nobodys, activity, is_live=True)
        for campaign in reached:
            add(campaign, activity, is_live=False)
    for campaign in world.rows["campaigns_campaign"]:
        add(campaign, world.add_owned("crm_activity", None, account_id=None), is_live=True)
        add(campaign, own, is_live=False)


def _tasks_of_firms(world: World) -> None:
    own = first_of(world, "campaigns_campaign", "channel1")
    for campaign, firm, is_live in (
        (own, "a", True),
        (1, "a", False),
        (2, "b", True),
        (3, "ended", True),
        (4, "shut", True),
    ):
        activity = world.add_owned("crm_activity", "channel1", account_id=1)
        gone = None if is_live else world.noon
        world.add(
            "campaigns_task", campaign_id=campaign, activity_id=activity, firm_id=world.firms[firm], archived_at=gone
        )
        for account in range(2, 9):
            world.add("crm_activity_account", activity_id=activity, account_id=account, archived_at=None)


def further_visits(world: World) -> None:
    """Visits that are to be made again, and what comes close to being the next one without being it."""
    channel, other = world.users["channel1"], world.users["am1"]
    goods: list[int] = []
    for number, (firm, outcome, is_live) in enumerate(
        (("a", "again", True), ("a", "done", True), ("a", "again", False), ("b", "again", True),
         ("ended", "again", True), ("shut", "again", True)), start=1,
    ):  # fmt: skip
        first = world.add_owned("crm_activity", "channel1", account_id=1, code=f"V{number}", archived_at=None)
        gone = None if is_live else world.noon
        before = world.add(
            "campaigns_task", campaign_id=number, activity_id=first, firm_id=world.firms[firm], archived_at=gone,
            outcome=outcome, follows_id=None,
        )  # fmt: skip
        good = _visit(world, f"V{number}+", 1, channel, archived_at=None)
        _visit(world, f"V{number}+", 2, channel)
        _visit(world, f"V{number}+", 1, other)
        unlike = _visit(world, f"V{number}x", 1, channel)
        task = {"campaign_id": number, "firm_id": world.firms[firm], "follows_id": before, "activity_id": good}
        another = {"campaign_id": number + 1, "firm_id": world.firms["b" if firm == "a" else "a"], "follows_id": None}
        # The visit that follows another chain's first one does not follow this one's.
        strays = [{"activity_id": unlike}, *({"activity_id": visit} for visit in goods[-1:])]
        goods.append(good)
        for values in ({}, *({name: value} for name, value in another.items()), *strays):
            world.add("campaigns_task", **{**task, **values}, archived_at=world.noon, outcome=None)


def _visit(world: World, code: str, account: int, owner: int, **values: object) -> int:
    kept = {"archived_at": world.noon, **values}
    return world.add(
        "crm_activity", **world.place_of_owner(owner), owner_id=owner, account_id=account, code=code, **kept
    )


def photos(world: World) -> None:
    """On a task of the firm, by one of its people and by others; on something else with the same number."""
    _tasks_at_other_clients(world)
    tasks = [row for row in world.all("campaigns_task") if row["firm_id"]]
    for task in tasks:
        for user in ("agent_a", "agent_b", "agent_ended", "agent_shut", "agent_left", "agent_torn", "channel1"):
            for entity in ("crm.activity", "crm.contract"):
                by = world.users[user]
                world.add("crm_file", entity=entity, record_id=task["activity_id"], uploaded_by_id=by)
    world.add("crm_file", entity="crm.activity", record_id=1, uploaded_by_id=world.users["agent_a"])


def _tasks_at_other_clients(world: World) -> None:
    """Where the hand-over has ended, was revoked or is another firm's: a photo closes with it."""
    own = first_of(world, "campaigns_campaign", "channel1")
    for account, firm in ((2, "a"), (3, "a"), (4, "a"), (5, "a"), (6, "a"), (6, "b"), (7, "ended"), (8, "shut")):
        visit = world.add_owned("crm_activity", "channel1", account_id=account)
        world.add("campaigns_task", campaign_id=own, activity_id=visit, firm_id=world.firms[firm], archived_at=None)
