"""The module's own pages, beside those that every entity gets."""

from crm.pages import (
    account_chart,
    asking,
    bulk_plan,
    check_ins,
    deal_check,
    deal_coverage,
    deal_gate,
    deal_lines,
    deal_next_acts,
    deputies,
    leavers,
    log,
    logo,
    notes,
    promises,
    quote_accept,
    quote_acts,
    quote_client,
    quote_lines,
    quote_proposal,
    renewals,
    rights,
    suggestion_list,
    team,
    timeline,
    today,
    uses,
    weapon_grid,
)
from web.kit.requests import Routes


def routes() -> Routes:
    made = Routes()
    quote_acts.add_routes(made)
    quote_lines.add_routes(made)
    quote_proposal.add_routes(made)
    quote_client.add_routes(made)
    quote_accept.add_routes(made)
    logo.add_routes(made)
    renewals.add_routes(made)
    promises.add_routes(made)
    asking.add_routes(made)
    notes.add_routes(made)
    rights.add_routes(made)
    today.add_routes(made)
    team.add_routes(made)
    leavers.add_routes(made)
    deputies.add_routes(made)
    timeline.add_routes(made)
    log.add_routes(made)
    deal_lines.add_routes(made)
    deal_next_acts.add_routes(made)
    deal_check.add_routes(made)
    deal_coverage.add_routes(made)
    deal_gate.add_routes(made)
    weapon_grid.add_routes(made)
    account_chart.add_routes(made)
    check_ins.add_routes(made)
    uses.add_routes(made)
    bulk_plan.add_routes(made)
    suggestion_list.add_routes(made)
    return made
