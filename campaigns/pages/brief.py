"""A campaign in one short guided form: what with, where and when, what for, and what a result earns."""

import secrets
from datetime import timedelta

from sqlalchemy import select
from sqlmodel import col
from starlette.responses import Response

from campaigns.campaigns import CAMPAIGN, PAID, Campaign, add_city
from campaigns.consent import needs_consent, weapon_of
from campaigns.pages.watch import WATCH
from core import clock
from core.db import ActorSession
from core.errors import Invalid
from core.fields import FieldView, view
from core.i18n import _, pick
from core.once import once
from core.people import Unit
from web.kit.inputs import Offer, input_for, offer_for, read_values
from web.kit.requests import Ask, Routes, see_other
from web.kit.shell import page
from web.kit.views import Crumb, Field, FormPage, FormSection, Option

CREATE = CAMPAIGN.permission("create")
WHAT = tuple(map(view, (Campaign.name, Campaign.weapon_id, Campaign.product_id, Campaign.channel_id, Campaign.goal)))
WHEN = tuple(map(view, (Campaign.starts_on, Campaign.ends_on)))
MONEY = tuple(map(view, (Campaign.rate_per_result, Campaign.counts)))
ALL = (*WHAT, *WHEN, *MONEY)


def add_routes(made: Routes) -> None:
    made.get(f"{WATCH}/new", CREATE, new)
    made.post(f"{WATCH}/new", CREATE, create)


def new(ask: Ask) -> Response:
    today = clock.today()
    typed = {
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=60)).isoformat(),
        "counts": ",".join(PAID),
    }
    with ask.reading() as session:
        return _form(ask, session, typed, cities=None)


def _form(
    ask: Ask, session: ActorSession, typed: dict[str, str], *, cities: set[str] | None, error: Invalid | None = None
) -> Response:
    problems = error.problems if error else {}
    offer = offer_for(session, ALL, typed)
    where = _where(_cities(session), cities)
    sections = (
        FormSection(title=_("1. What"), fields=_fields(WHAT, typed, offer, problems)),
        FormSection(title=_("2. Where and when"), fields=(where, *_fields(WHEN, typed, offer, problems))),
        FormSection(
            title=_("3. What a result earns"), fields=_fields(MONEY, typed, offer, problems),
            help=_("Left empty, the campaign pays nothing for results."),
        ),
    )  # fmt: skip
    form = FormPage(
        title=_("New campaign"), action=f"{WATCH}/new", sections=sections, submit=_("Create, then choose clients"),
        cancel=WATCH, key=typed.get("key") or secrets.token_urlsafe(12),
        error=str(error) if error and not problems else "",
        subtitle=_("It starts when you press Start. Clients and firms are chosen on the next page."),
    )  # fmt: skip
    crumbs = (Crumb(text=_("Results of campaigns"), href=WATCH), Crumb(text=_("New campaign")))
    return page(ask, "entity/form.html", form, crumbs, 422 if error else 200)


def _fields(
    views: tuple[FieldView, ...], typed: dict[str, str], offer: Offer, problems: dict[str, str]
) -> tuple[Field, ...]:
    return tuple(input_for(each, typed.get(each.name, ""), offer, error=problems.get(each.name, "")) for each in views)


def _cities(session: ActorSession) -> list[Unit]:
    """City companies at or above or below the actor's own place; all of them for the province."""
    place = session.actor.place
    cities = select(Unit).where(col(Unit.kind) == "city", col(Unit.archived_at).is_(None))
    if place.get("city_id"):
        cities = cities.where(col(Unit.id) == place["city_id"])
    return list(session.scalars(cities.order_by(col(Unit.position), col(Unit.code)).limit(100)))


def _where(units: list[Unit], chosen: set[str] | None) -> Field:
    """A single city goes without saying."""
    ticked = {str(units[0].id)} if chosen is None and len(units) == 1 else chosen or set()
    options = tuple(
        Option(value=str(unit.id), text=pick(unit.name_zh, unit.name_en), selected=str(unit.id) in ticked)
        for unit in units
    )
    return Field(name="cities", label=_("Cities"), kind="multi", options=options)


def create(ask: Ask) -> Response:
    typed = {each.name: ask.typed(each.name) for each in ALL} | {"key": ask.typed("key")}
    cities = set(filter(None, ask.typed("cities").split(",")))

    def write(session: ActorSession) -> str:
        campaign = Campaign(**read_values(session, ALL, typed), owner_id=session.actor.user_id)
        CAMPAIGN.complete(session, campaign)
        session.add(campaign)
        session.flush()
        for unit in _cities(session):
            if str(unit.id) in cities:
                add_city(session, campaign, unit_id=unit.id)
        # Where it has to be asked for first, its page says so.
        is_asked = needs_consent(weapon_of(session, campaign))
        return f"{WATCH}/{campaign.id}" if is_asked else f"{WATCH}/{campaign.id}/give"

    try:
        path = once(ask.actor, typed["key"], ask.pairs(), write)
    except Invalid as error:
        with ask.reading() as session:
            return _form(ask, session, typed, cities=cities, error=error)
    return see_other(path, flash="created")
