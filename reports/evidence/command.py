"""`octant evidence`: what can be asked of the evidence from a terminal."""

from dataclasses import asdict
from typing import Annotated

import typer

from core.command import Json, say

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="What the weapons are worth, and how well that is known."
)


@app.command("refresh")
def calculate_again(as_json: Json = False) -> None:
    """Calculate now what the weapons are worth and how likely each open deal is won, as the daily work does."""
    from core.registry import registry
    from reports.evidence.job import refresh_now

    registry()
    made = refresh_now()
    say(
        as_json,
        made,
        f"From {made['deals']} closed deals, {made['uses']} uses of weapons and {made['suggestions']} suggestions:",
        f"{made['rows']} rows of what weapons are worth, {made['chances']} chances of open deals.",
    )


@app.command("simulate")
def simulate_provinces(
    runs: Annotated[int, typer.Option(help="How many provinces to make.")] = 100,
    seed: Annotated[int, typer.Option(help="The same seed makes the same provinces.")] = 1,
    deals: Annotated[int, typer.Option(help="Closed deals of each.")] = 2000,
    jobs: Annotated[int, typer.Option(help="Processes to share the work.")] = 1,
    as_json: Json = False,
) -> None:
    """Make provinces with known effects, and count how often the estimates are right."""
    from reports.evidence.simulate import simulate

    result = simulate(runs, seed, deals=deals, jobs=jobs)
    lines = [
        f"{name:12} {100 * held:5.1f} % {100 * result.naive_coverage[name]:5.1f} %"
        for name, held in result.coverage.items()
    ]
    say(
        as_json,
        asdict(result),
        f"{result.runs} provinces of {deals} deals. The 95 % interval holds the truth; the naive one does:",
        *lines,
        f"No effect called none or not enough deals: {100 * result.null_called_null:.1f} %",
        f"An effect of 10 points found: {100 * result.found_10_points:.1f} %",
    )
