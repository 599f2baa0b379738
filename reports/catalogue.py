"""The papers that are made here: how each is gathered and drawn, as which files, and whose right it is."""

from campaigns.pages import watch
from core.i18n import N_
from core.module import Report
from reports import campaign, client, executive, forecast, meeting, past, pipeline
from reports.client import batch as client_batch
from reports.client import batch_paper as client_batch_paper
from reports.client import panel as client_panel
from reports.engine.workbook import tables
from reports.evidence import paper as evidence_paper
from reports.evidence import printed as evidence
from reports.evidence.rows import READ
from reports.evidence.workbook import book as evidence_book
from reports.executive.ask import asked_in_words as executive_words
from reports.executive.page import PERMISSION as EXECUTIVE
from reports.forecast.gather import asked_in_words as forecast_words
from reports.forecast.page import PERMISSION as FORECAST
from reports.meeting.ask import PERMISSION as MEETING
from reports.meeting.ask import asked_in_words as meeting_words
from reports.offer import gather as offer
from reports.offer import panel as offer_panel
from reports.offer import papers as offer_papers
from reports.past.gather import asked_in_words as past_words
from reports.past.page import PERMISSION as PAST
from reports.pipeline.filters import asked_in_words as pipeline_words

QUOTED, VISITED = offer_panel.PERMISSION, client_panel.PERMISSION

REPORTS = (
    Report(
        "pipeline", N_("Open pipeline"), pipeline.gather, pipeline.draw, "crm.opportunity.read",
        {"slides": pipeline.draw_slides, **tables(pipeline.book)}, pipeline_words,
    ),
    Report("quote", N_("Quote"), offer.gather, offer_papers.draw_quote, QUOTED, of_record=True),
    Report("proposal", N_("Proposal"), offer.gather, offer_papers.draw_proposal, QUOTED, of_record=True),
    Report("client", N_("The client on a page"), client.gather, client.draw, VISITED, of_record=True),
    Report("clients", N_("Clients on a page"), client_batch.gather, client_batch_paper.draw, VISITED),
    Report(
        "executive", N_("Business overview"), executive.gather, executive.draw, EXECUTIVE,
        {"slides": executive.draw_slides, **tables(executive.book)}, executive_words,
    ),
    Report(
        "meeting", N_("Weekly meeting"), meeting.gather, meeting.draw, MEETING, tables(meeting.book), meeting_words,
    ),
    Report(
        "past", N_("Pipeline on a day"), past.gather, past.draw, PAST,
        {"slides": past.draw_slides, **tables(past.past_book)}, past_words,
    ),
    Report(
        "change", N_("Pipeline change"), past.gather_change, past.draw_change, PAST,
        {"slides": past.draw_change_slides, **tables(past.change_book)}, past_words,
    ),
    Report(
        "forecast", N_("Forecast"), forecast.gather, forecast.draw, FORECAST,
        {"slides": forecast.draw_slides, **tables(forecast.book)}, forecast_words,
    ),
    Report(
        "evidence", N_("What weapons are worth"), evidence.gather, evidence_paper.draw, READ,
        {"slides": evidence_paper.draw_slides, **tables(evidence_book)}, evidence.in_words,
    ),
    Report(
        "campaign", N_("Results of campaigns"), campaign.gather, campaign.draw, watch.READ,
        {"slides": campaign.draw_slides, **tables(campaign.book)}, campaign.in_words,
    ),
)  # fmt: skip
