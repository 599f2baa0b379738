"""A small world in which every clause of every rule decides over some row: a province of two cities, and another."""

from datetime import date

from tests.isolation.real.hanging import ASKED_ABOUT, STRAY, hanging, kernel
from tests.isolation.real.people import people
from tests.isolation.real.rows import World

# Who owns something. `None` is a record without an owner; `mate` has left the place where the records still stand.
OWNERS = ("am1", "am2", "am3", "deputy", "lead1", "county_lead", None, "far", "channel2", None, "mate", "adrift")
GONE = 999  # the id of a record that is there no more
VOID = len(OWNERS) + 1  # an account without owner and co-owners
NEAR = {"am1": 1, "deputy": 4, "adrift": 12}  # the own account of one of each kind of actor
TIES = (  # account, co-owner, in force
    (9, "am1", True), (9, "deputy", True), (9, "coowner", True), (8, "am1", True), (8, "agent_inside", True),
    (10, "am3", True), (10, "mate", True), (7, "am2", True), (7, "lead1", True), (7, "county_lead", True),
    (10, "guest", True), (7, "am1", False), (7, "deputy", False), (7, "coowner", False), (7, "mate", False),
)  # fmt: skip
HANDOVERS = (  # account, firm, until, accepted, revoked, archived, contracts, tenders
    (1, "a", "tomorrow", True, False, False, True, True), (2, "a", "today", False, False, False, True, False),
    (3, "a", "yesterday", True, False, False, True, True), (4, "a", "tomorrow", True, True, False, True, True),
    (5, "a", "tomorrow", True, False, True, True, True), (6, "b", "tomorrow", True, False, False, False, True),
    (7, "ended", "tomorrow", True, False, False, True, True), (8, "shut", "tomorrow", True, False, False, True, True),
    (2, "b", "tomorrow", True, False, False, False, False), (9, "a", "tomorrow", True, False, False, False, False),
    (10, "b", "tomorrow", False, False, False, True, True), (11, "b", "today", True, False, False, True, True),
    (12, "b", "today", True, False, False, True, True),
)  # fmt: skip


def build(today: date) -> World:
    world = World(today)
    people(world)
    _configuration(world)
    _accounts(world)
    _deals(world)
    _activities(world)
    _handovers(world)
    _campaigns(world)
    _further_visits(world)
    _targets(world)
    hanging(world)
    _approvals(world)
    _photos(world)
    _schedules(world)
    kernel(world)
    return world


def _configuration(world: World) -> None:
    for name in (
        "category", "channel", "cost_class", "division", "grade", "nature", "pipeline", "product", "reason", "rival",
        "stage", "exit_test", "step", "tag", "trade", "vat_class", "vat_rate", "weapon", "weapon_fit", "ceiling",
        "ageing", "clause", "discount_limit", "floor_price",
    ):  # fmt: skip
        world.add(f"crm_{name}", archived_at=None)
        world.add(f"crm_{name}", archived_at=world.noon, **({"code": "old"} if name == "weapon_fit" else {}))
    for number in (1, 2):
        world.add("crm_weapon_version", number=number)
        world.add("crm_weapon_worth", weapon_id=number)
        world.add("reports_evidence_basis", period=str(number))
        world.add("reports_evidence_worth", weapon_id=number, period=str(number))
        world.add("reports_win_skill")
    for number, row in world.rows["crm_vat_rate"].items():
        row["since_on"] = world.today.replace(year=2000 + number)


def _accounts(world: World) -> None:
    for owner in (*OWNERS, None):
        moved = world.place_of(world.units["team3"]) if owner == "mate" else {}
        world.add_owned("crm_account", owner, **moved)
    for account, user, is_live in TIES:
        gone = None if is_live else world.noon
        world.add("crm_account_coowner", account_id=account, user_id=world.users[user], archived_at=gone)
    for account in world.rows["crm_account"]:
        world.add("crm_account_coowner", account_id=account, user_id=world.users["spare"], archived_at=None)
    for table in ("crm_key_person", "crm_key_person", "crm_tender", "crm_account_month"):
        for account in world.rows["crm_account"]:
            world.add(table, account_id=account)
    for number, person in world.rows["crm_key_person"].items():
        person.update(mobile=f"1381234{number:04d}", phone=None, email=f"p{number}@client.example")


def _deals(world: World) -> None:
    for account in world.rows["crm_account"]:
        world.add_owned("crm_opportunity", None, account_id=account)
        world.add_owned("crm_contract", None, account_id=account)
    for owner in OWNERS:
        moved = world.place_of(world.units["team3"]) if owner == "mate" else {}
        world.add_owned("crm_opportunity", owner, account_id=None, **moved)
        world.add_owned("crm_contract", owner, account_id=VOID, **moved)
    for table in ("crm_opportunity_line", "crm_opportunity_rival", "crm_stage_move"):
        for deal in world.rows["crm_opportunity"]:
            world.add(table, opportunity_id=deal)
    for deal in world.rows["crm_opportunity"]:
        world.add("crm_deal_check", opportunity_id=deal, score=3)
        world.add("crm_exit_proof", opportunity_id=deal)
        world.add("crm_suggestion", opportunity_id=deal, probability=500_000, ticket=7)
        world.add("reports_win_chance", opportunity_id=deal, chance=5000)
        world.add("crm_departure", opportunity_id=deal)
        world.add("crm_deal_standing", opportunity_id=deal, state="open", until_at=world.noon, team_id=1)
        quote = world.add("crm_quote", opportunity_id=deal)
        world.add("crm_quote_line", quote_id=quote)
    for contract in world.rows["crm_contract"]:
        world.add("crm_renewal", contract_id=contract)


def _activities(world: World) -> None:
    """By their first account, by a further one, by their owner."""
    accounts = list(world.rows["crm_account"])
    firsts = [world.add_owned("crm_activity", None, account_id=account) for account in accounts]
    linked = {world.add_owned("crm_activity", None, account_id=None): account for account in accounts}
    owned = []
    for owner in (*OWNERS, "channel1"):
        moved = world.place_of(world.units["team3"]) if owner == "mate" else {}
        owned.append(world.add_owned("crm_activity", owner, account_id=None, **moved))
    for activity, account in [*linked.items(), *((a, VOID) for a in (*firsts[:-1], *list(linked)[:-1], *owned))]:
        world.add("crm_activity_account", activity_id=activity, account_id=account, archived_at=None)
    for activity in world.rows["crm_activity"]:
        world.add("crm_activity_person", activity_id=activity, person_id=VOID, archived_at=None)
        world.add("crm_activity_user", activity_id=activity, user_id=world.users["spare"], archived_at=None)
        world.add("crm_check_in", activity_id=activity, user_id=world.users["spare"], archived_at=None)
    _crossed_activities(world)
    _commitments(world)


def _commitments(world: World) -> None:
    """On one activity, which they keep from being put away."""
    last = max(world.rows["crm_activity"])
    for account in world.rows["crm_account"]:
        world.add_owned("crm_commitment", None, account_id=account, amount=1, activity_id=last)
    for owner in OWNERS:
        moved = world.place_of(world.units["team3"]) if owner == "mate" else {}
        world.add_owned("crm_commitment", owner, account_id=VOID, amount=1, activity_id=last, **moved)


def _crossed_activities(world: World) -> None:
    """Where a rule asks for both sides of a tie: each side of every kind, beside the other within reach."""
    own = {name: _of(world, "crm_activity", name) for name in NEAR}
    for name, near in NEAR.items():
        for activity in world.rows["crm_activity"]:
            world.add("crm_activity_person", activity_id=activity, person_id=near, archived_at=None)
            world.add("crm_activity_account", activity_id=activity, account_id=near, archived_at=world.noon)
        for user in world.rows["core_user"]:
            world.add("crm_check_in", activity_id=own[name], user_id=user, archived_at=world.noon)
        for number in world.rows["crm_account"]:
            world.add("crm_activity_person", activity_id=own[name], person_id=number, archived_at=world.noon)
            world.add("crm_activity_account", activity_id=own[name], account_id=number, archived_at=world.noon)
    for name in (*NEAR, "mate"):
        for activity in world.rows["crm_activity"]:
            world.add("crm_check_in", activity_id=activity, user_id=world.users[name], archived_at=world.noon)


def _of(world: World, table: str, owner: str) -> int:
    return next(key for key, row in world.rows[table].items() if row["owner_id"] == world.users[owner])


def _handovers(world: World) -> None:
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


def _campaigns(world: World) -> None:
    for owner in (*OWNERS, "channel1"):
        moved = world.place_of(world.units["team3"]) if owner == "mate" else {}
        world.add_owned("campaigns_campaign", owner, **moved)
    for campaign in world.rows["campaigns_campaign"]:
        world.add("campaigns_city", campaign_id=campaign, unit_id=world.units["city1"], archived_at=None)
    _tasks(world)
    _tasks_of_firms(world)


def _tasks(world: World) -> None:
    """Live ones set a campaign or an activity beside nothing; archived ones each beside something within reach."""
    campaigns = {row["owner_id"]: key for key, row in world.rows["campaigns_campaign"].items()}
    nobodys, reached = campaigns[None], (campaigns[world.users["channel1"]], campaigns[world.users["am1"]])
    activities = list(world.rows["crm_activity"])
    own = _of(world, "crm_activity", "am1")

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
    own = _of(world, "campaigns_campaign", "channel1")
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


def _further_visits(world: World) -> None:
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


def _photos(world: World) -> None:
    """On a task of the firm, by one of its people and by others; on something else with the same number."""
    tasks = [row for row in world.all("campaigns_task") if row["firm_id"]]
    for task in tasks:
        for user in ("agent_a", "agent_b", "agent_ended", "agent_shut", "agent_left", "agent_torn", "channel1"):
            for entity in ("crm.activity", "crm.contract"):
                by = world.users[user]
                world.add("crm_file", entity=entity, record_id=task["activity_id"], uploaded_by_id=by)
    world.add("crm_file", entity="crm.activity", record_id=1, uploaded_by_id=world.users["agent_a"])


def _approvals(world: World) -> None:
    """Of each owner, with a seat of nobody's; of nobody, with a seat of each and a later one; of who has moved; about
    each record of the kinds that are asked about."""
    for owner in (*OWNERS, "channel1", "executive", "nobody", "keeper"):
        moved = world.place_of(world.units["team3"]) if owner == "mate" else {}
        request = world.add_owned("core_approval", owner, slot=None, **moved)
        world.add("core_approval_seat", approval_id=request, user_id=world.users["spare"])
    for user in (*filter(None, OWNERS), "grid_lead", "channel1", "executive", "nobody", "keeper", "twofold"):
        request = world.add_owned("core_approval", None, slot=None)
        world.add("core_approval_seat", approval_id=request, user_id=world.users[user], state="asked")
        world.add("core_approval_seat", approval_id=request, user_id=world.users["spare"])
    for owner in ("lead1", "grid_lead", "county_lead", "executive", "twofold"):
        request = world.add_owned("core_approval", owner, slot=None, **world.place_of(world.units["team9"]))
        world.add("core_approval_seat", approval_id=request, user_id=world.users["spare"])
    for entity, table in (*ASKED_ABOUT.items(), (STRAY, "crm_activity")):
        for record in (*world.rows[table], GONE):
            request = world.add_owned("core_approval", None, slot=None, entity=entity, record_id=record)
            world.add("core_approval_seat", approval_id=request, user_id=world.users["spare"])


def _targets(world: World) -> None:
    for unit in world.rows["core_unit"]:
        world.add("crm_target", for_unit_id=unit, for_user_id=None)
    for user in world.rows["core_user"]:
        world.add("crm_target", for_unit_id=None, for_user_id=user)
        world.add("crm_reassignment", from_id=user, by_id=None, receivers=1)


def _schedules(world: World) -> None:
    """By their makers; read by one of each kind of actor, and by somebody whose line has ended."""
    for owner in OWNERS:
        moved = world.place_of(world.units["team3"]) if owner == "mate" else {}
        world.add_owned("reports_schedule", owner, month_day=1, **moved)
    for schedule in world.rows["reports_schedule"]:
        world.add("reports_schedule_reader", schedule_id=schedule, user_id=world.users["spare"], archived_at=None)
    for schedule, name, is_live in (
        (2, "am1", True),
        (8, "deputy", True),
        (3, "mate", True),
        (8, "am1", False),
        (2, "deputy", False),
        (6, "coowner", True),
        (2, "coowner", False),
    ):
        gone = None if is_live else world.noon
        world.add("reports_schedule_reader", schedule_id=schedule, user_id=world.users[name], archived_at=gone)
