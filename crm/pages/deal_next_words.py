"""Why a weapon is suggested, in one line, and what closed deals say of it."""

from core.db import ActorSession
from core.i18n import N_, _, pick
from crm.key_persons import KEY_PERSON, KeyPerson
from crm.opportunities import Opportunity
from crm.playbook.deals import Played
from crm.playbook.hints import Hint
from crm.playbook.strengths import Worth
from crm.stages import stages
from web.kit import format as texts

WITH_PERSON = N_("Strength {step} of 3 in “{stage}”. Nobody of ours has met {person} ({level}) yet.")
NO_PERSON = N_("Strength {step} of 3 in “{stage}”. At this level nobody has been met or is known: {level}.")
DEEPENS = N_("Strength {step} of 3 in “{stage}”. Every level has been met; it deepens what is there.")


def why(seen: Played, hint: Hint, person: KeyPerson | None) -> str:
    assert seen.step is not None
    stage, level = pick(seen.step.name_zh, seen.step.name_en), KEY_PERSON.fields["level"].choice_label(hint.level)
    if hint.level in seen.coverage.levels_met and person not in seen.coverage.never_met:
        return _(DEEPENS, step=hint.step_strength, stage=stage)
    if person is None:
        return _(NO_PERSON, step=hint.step_strength, stage=stage, level=level)
    return _(WITH_PERSON, step=hint.step_strength, stage=stage, person=person.name, level=named_level(person))


def named_level(person: KeyPerson) -> str:
    return KEY_PERSON.fields["level"].choice_label(person.level) if person.level else _("level not known")


def evidence(worth: Worth | None) -> str:
    if worth is None:
        return _("Too few comparable deals to tell what it is worth.")
    deals = texts.number(worth.deals)
    if worth.state != "seen" or worth.points is None or worth.low is None or worth.high is None:
        return _("In {n} comparable deals no effect was seen.", n=deals)
    return _(
        "In {n} comparable deals: {points} percentage points in the win rate ({low} to {high}).", n=deals,
        points=points(worth.points), low=points(worth.low), high=points(worth.high),
    )  # fmt: skip


def quiet(session: ActorSession, deal: Opportunity, seen: Played) -> str:
    """Why nothing is suggested, and what leads on."""
    if seen.step is None:
        return without_step(session, deal)
    if not seen.ranking.hints:
        return _("No weapon suits this step, or each that does is blocked.")
    return _("Whoever works this deal is shown what to do next.")


def without_step(session: ActorSession, deal: Opportunity) -> str:
    known = list(stages(session).values())
    here = next((stage for stage in known if stage.id == deal.stage_id), None)
    ahead = known[known.index(here) + 1 :] if here else []
    coming = next((stage for stage in ahead if here and stage.pipeline_id == here.pipeline_id and stage.step_id), None)
    if coming is None:
        return _("No purchase step goes with this stage. Once the stages name theirs, weapons are suggested here.")
    name = pick(coming.name_zh, coming.name_en)
    return _("Weapons are suggested from “{stage}” on. To get there, meet what it takes to go on.", stage=name)


def points(hundredths: int) -> str:
    return texts.tenths(hundredths / 100, sign="+")
