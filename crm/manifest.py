"""The crm module: the carrier's people and units, its clients, and the work with them."""

from dataclasses import replace

from core.access import personal, reference, via
from core.i18n import N_
from core.module import Due, Forget, Menu, Module
from core.people import UserRole
from core.settings import settings
from crm import leaving as leaving
from crm import pages, seed
from crm.account_months import ACCOUNT_MONTH
from crm.account_signals import CARE, VIEWS
from crm.accounts import ACCOUNT
from crm.activities import due_on
from crm.activity_links import ActivityAccount, ActivityPerson, ActivityUser
from crm.activity_verbs import ACTIVITY
from crm.ageing import AGEING
from crm.categories import CATEGORY
from crm.ceilings import CEILING
from crm.channels import CHANNEL
from crm.check_ins import CheckIn, LocationConsent
from crm.commitment_requests import COMMITMENT_REQUEST
from crm.commitment_verbs import COMMITMENT
from crm.contracts import CONTRACT
from crm.coowners import AccountCoowner
from crm.cost_classes import COST_CLASS
from crm.deal_checks import DEAL_CHECK
from crm.deal_pace import NEXT, PACE
from crm.deal_reach import DECISION, USE
from crm.default_roles import ROLES
from crm.demo import plant as demo
from crm.departures import Departure
from crm.deputies import DEPUTY
from crm.divisions import DIVISION
from crm.exit_proofs import EXIT_PROOF
from crm.exit_tests import EXIT_TEST
from crm.files import File
from crm.grades import GRADE
from crm.helps import HELPS
from crm.key_persons import KEY_PERSON
from crm.missed_leaving import JOBS
from crm.natures import NATURE
from crm.notes import Mention, Note
from crm.opportunity_lines import OPPORTUNITY_LINE
from crm.opportunity_rivals import OPPORTUNITY_RIVAL
from crm.opportunity_verbs import OPPORTUNITY
from crm.pages import (
    account,
    account_list,
    asking,
    asking_findings,
    bulk_plan,
    deal,
    deal_check,
    deal_coverage,
    deal_list,
    deal_next,
    deal_play,
    deal_quotes,
    deputies,
    gaps,
    log,
    notes,
    promises,
    quote,
    quote_asked,
    renewals,
    rights,
    taking_part,
    timeline,
    uses,
    weapon_grid,
)
from crm.pages import check_ins as check_in_pages
from crm.pipelines import PIPELINE
from crm.playbook import reserving as reserving
from crm.products import PRODUCT
from crm.quotes import keeping as keeping
from crm.quotes.cases import REFERENCE_CLIENT
from crm.quotes.clauses import CLAUSE
from crm.quotes.discounts import DISCOUNT_LIMIT
from crm.quotes.floors import FLOOR_PRICE
from crm.quotes.lines import QUOTE_LINE
from crm.quotes.logos import Logo
from crm.quotes.quotes import QUOTE
from crm.quotes.radar import JOBS as RADAR
from crm.quotes.renewals import Renewal
from crm.quotes.requests import QUOTE_REQUEST
from crm.quotes.stale import STALE
from crm.reasons import REASON
from crm.reassignments import Reassignment, of_the_team
from crm.risks import RISK
from crm.rivals import RIVAL
from crm.roles import ROLE
from crm.rules import CO_OWNERS, about, about_or_note, check_ins, co_ownership, links, mentions, people
from crm.stage_moves import OVERRIDE, StageMove
from crm.stages import STAGE
from crm.standings import DealStanding
from crm.steps import STEP
from crm.suggestions import Suggestion
from crm.tags import TAG, Tagging
from crm.targets import TARGET
from crm.tenders import TENDER
from crm.trades import TRADE
from crm.units import UNIT
from crm.users import USER
from crm.vat_classes import VAT_CLASS
from crm.vat_rates import VAT_RATE
from crm.weapon_fits import WEAPON_FIT
from crm.weapon_versions import WeaponVersion
from crm.weapon_worths import WeaponWorth
from crm.weapons import WEAPON
from crm.whose import TEAM, TODAY

WORK = N_("Clients and deals")
PEOPLE = N_("People and units")
CONFIGURATION = N_("Configuration")

MODULE = Module(
    name="crm",
    summary=N_("Clients, deals, activities, and the carrier’s own people and units."),
    entities=(
        ACCOUNT,
        KEY_PERSON,
        OPPORTUNITY,
        OPPORTUNITY_LINE,
        OPPORTUNITY_RIVAL,
        QUOTE,
        QUOTE_LINE,
        REFERENCE_CLIENT,
        DEAL_CHECK,
        EXIT_PROOF,
        ACTIVITY,
        COMMITMENT,
        CONTRACT,
        TENDER,
        ACCOUNT_MONTH,
        TARGET,
        UNIT,
        USER,
        ROLE,
        DEPUTY,
        PRODUCT,
        CATEGORY,
        VAT_CLASS,
        VAT_RATE,
        FLOOR_PRICE,
        DISCOUNT_LIMIT,
        CLAUSE,
        WEAPON,
        WEAPON_FIT,
        COST_CLASS,
        AGEING,
        CEILING,
        STEP,
        PIPELINE,
        STAGE,
        EXIT_TEST,
        REASON,
        RIVAL,
        GRADE,
        TRADE,
        NATURE,
        CHANNEL,
        DIVISION,
        TAG,
    ),
    tables=(
        (AccountCoowner, "crm.account_coowner", co_ownership),
        (Departure, "crm.departure", via("opportunity_id", "crm_opportunity")),
        (Logo, "crm.logo", reference()),
        (Renewal, "crm.renewal", via("contract_id", "crm_contract")),
        (StageMove, "crm.stage_move", via("opportunity_id", "crm_opportunity")),
        (DealStanding, "crm.deal_standing", via("opportunity_id", "crm_opportunity", of_many=True)),
        (ActivityAccount, "crm.activity_account", links),
        (ActivityPerson, "crm.activity_person", people),
        (ActivityUser, "crm.activity_user", via("activity_id", "crm_activity")),
        (CheckIn, "crm.check_in", check_ins),
        (LocationConsent, "crm.location_consent", personal("user_id")),
        (WeaponVersion, "crm.weapon_version", reference(outside=True)),
        (WeaponWorth, "crm.weapon_worth", reference()),
        (Suggestion, "crm.suggestion", via("opportunity_id", "crm_opportunity")),
        (Note, "crm.note", about),
        (Mention, "crm.mention", mentions),
        (File, "crm.file", about_or_note),
        (Tagging, "crm.tagging", about),
        (UserRole, "crm.user_role", reference()),
        (Reassignment, "crm.reassignment", of_the_team),
    ),
    menus=(
        Menu(N_("Today"), "/crm/today", "sun", "", TODAY, start=50),
        Menu(N_("My team"), "/crm/team", "users-round", "", TEAM, start=85),
        Menu(N_("Accounts"), "crm.account", "building-2", WORK, "crm.account.read"),
        Menu(N_("Key persons"), "crm.key_person", "users", WORK, "crm.key_person.read"),
        Menu(N_("Opportunities"), "crm.opportunity", "handshake", WORK, "crm.opportunity.read"),
        Menu(N_("Activities"), "crm.activity", "calendar-check", WORK, "crm.activity.read"),
        Menu(N_("Gifts and hospitality"), "crm.commitment", "gift", WORK, "crm.commitment.read"),
        Menu(N_("Quotes"), "crm.quote", "file-text", WORK, "crm.quote.read"),
        Menu(N_("Reference clients"), "crm.reference_client", "award", WORK, "crm.reference_client.read"),
        Menu(N_("Contracts"), "crm.contract", "file-signature", WORK, "crm.contract.read"),
        Menu(N_("Contracts that end"), "/crm/renewals", "radar", WORK, renewals.READ),
        Menu(N_("Promises kept"), "/crm/promises", "gauge", WORK, promises.READ),
        Menu(N_("Tenders"), "crm.tender", "gavel", WORK, "crm.tender.read"),
        Menu(N_("Account months"), "crm.account_month", "receipt", WORK, "crm.account_month.read"),
        Menu(N_("Targets"), "crm.target", "target", WORK, "crm.target.read"),
        Menu(N_("Products"), "crm.product", "package", CONFIGURATION, "crm.product.read"),
        Menu(N_("Floor prices"), "crm.floor_price", "arrow-down-to-line", CONFIGURATION, "crm.floor_price.read"),
        Menu(N_("Discount limits"), "crm.discount_limit", "percent", CONFIGURATION, "crm.discount_limit.read"),
        Menu(N_("Clauses"), "crm.clause", "scroll-text", CONFIGURATION, "crm.clause.read"),
        Menu(N_("Logo"), "/crm/logo", "image", CONFIGURATION, "crm.logo.update"),
        Menu(N_("Weapons"), "crm.weapon", "swords", CONFIGURATION, "crm.weapon.read"),
        Menu(N_("Weapon strengths"), "crm.weapon_fit", "gauge", CONFIGURATION, "crm.weapon_fit.update"),
        Menu(N_("Cost classes"), "crm.cost_class", "coins", CONFIGURATION, "crm.cost_class.update"),
        Menu(N_("Ageing of judgements"), "crm.ageing", "hourglass", CONFIGURATION, "crm.ageing.update"),
        Menu(N_("Ceilings"), "crm.ceiling", "shield-check", CONFIGURATION, "crm.ceiling.read"),
        Menu(N_("Purchase steps"), "crm.step", "footprints", CONFIGURATION, "crm.step.update"),
        Menu(N_("Pipelines"), "crm.pipeline", "workflow", CONFIGURATION, "crm.pipeline.update"),
        Menu(N_("Stages"), "crm.stage", "milestone", CONFIGURATION, "crm.stage.update"),
        Menu(N_("Exit tests"), "crm.exit_test", "list-checks", CONFIGURATION, "crm.exit_test.update"),
        Menu(N_("Win and loss reasons"), "crm.reason", "circle-help", CONFIGURATION, "crm.reason.update"),
        Menu(N_("Rivals"), "crm.rival", "flag", CONFIGURATION, "crm.rival.read"),
        Menu(N_("Product categories"), "crm.category", "shapes", CONFIGURATION, "crm.category.update"),
        Menu(N_("VAT classes"), "crm.vat_class", "percent", CONFIGURATION, "crm.vat_class.update"),
        Menu(N_("VAT rates"), "crm.vat_rate", "calendar-range", CONFIGURATION, "crm.vat_rate.update"),
        Menu(N_("Grades"), "crm.grade", "medal", CONFIGURATION, "crm.grade.update"),
        Menu(N_("Trades"), "crm.trade", "factory", CONFIGURATION, "crm.trade.update"),
        Menu(N_("Client natures"), "crm.nature", "landmark", CONFIGURATION, "crm.nature.update"),
        Menu(N_("Channels"), "crm.channel", "route", CONFIGURATION, "crm.channel.update"),
        Menu(N_("Divisions"), "crm.division", "map", CONFIGURATION, "crm.division.update"),
        Menu(N_("Tags"), "crm.tag", "tag", CONFIGURATION, "crm.tag.read"),
        Menu(N_("Deputies"), "crm.deputy", "user-round-check", PEOPLE, "crm.deputy.read"),
        Menu(N_("Users"), "crm.user", "user-round", PEOPLE, "crm.user.update"),
        Menu(N_("Units"), "crm.unit", "network", PEOPLE, "crm.unit.update"),
        Menu(N_("Roles"), "crm.role", "shield", PEOPLE, "crm.role.update"),
    ),
    roles=ROLES,
    seed=seed.plant,
    demo=demo.plant,
    routes=pages.routes(),
    helps=HELPS,
    panels=(
        *account.panels(),
        *asking.panels(),
        *timeline.panels(),
        *notes.panels(),
        *deal.panels(),
        *deal_quotes.panels(),
        *quote.panels(),
        *promises.panels(),
        *deal_play.panels(),
        *deal_coverage.panels(),
        *deal_next.panels(),
        *deal_check.panels(),
        *weapon_grid.panels(),
        *gaps.panels(),
        *check_in_pages.panels(),
        *taking_part.panels(),
        *uses.panels(),
    ),
    conditions=(PACE, NEXT, RISK, CARE, DECISION, USE, STALE, *renewals.conditions()),
    views=VIEWS,
    columns=(*deal_list.columns(), *account_list.columns()),
    actions=(
        *log.actions(),
        *asking.actions(),
        *quote.actions(),
        rights.action(),
        *deputies.actions(),
        check_in_pages.action(),
        uses.action(),
    ),
    bulks=(bulk_plan.bulk(),),
    rights=(OVERRIDE,),
    announced=(ACCOUNT.stem, OPPORTUNITY.stem, ACTIVITY.stem),
    dues=(Due(ACTIVITY.stem, due_on),),
    forgets=(Forget(CheckIn, "at", ("place", "latitude", "longitude"), lambda: settings().keep_places_days),),
    rules=CO_OWNERS,
    approvals=(
        replace(COMMITMENT_REQUEST, draw=asking_findings.draw),
        replace(QUOTE_REQUEST, draw=quote_asked.draw),
    ),
    jobs=(*JOBS, *RADAR),
)
