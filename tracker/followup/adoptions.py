"""The acts of adoption: a party takes up a practice, and tells how it goes. Each is one transaction."""

from flask_babel import gettext as _
from sqlalchemy import inspect, select

from tracker.accounts.models import Party
from tracker.core import audit, outbox
from tracker.core.clock import now
from tracker.core.db import unit_of_work
from tracker.core.errors import InvalidInput, NotFound
from tracker.core.permissions import Actor, Permission, require
from tracker.followup import evidence
from tracker.followup.data import AdoptionData
from tracker.followup.models import Adoption, Update
from tracker.followup.rules import check_stage
from tracker.followup.subjects import check_published, check_texts, check_version, fresh, item_handling
from tracker.followup.vocabulary import Stage
from tracker.outcomes import rules as outcome_rules
from tracker.outcomes.models import Outcome
from tracker.outcomes.vocabulary import Kind


def take_up(actor: Actor, outcome: Outcome, party: Party, stage: Stage = Stage.INTERESTED) -> Adoption:
    """Open the adoption of a published practice by a party.

    Raises NotFound, Denied (saying who may), and InvalidInput when the party has taken it up already.
    """
    with unit_of_work() as session:
        session.flush()
        practice = session.get(Outcome, inspect(outcome).identity)
        if practice is None or not outcome_rules.may_work_on(actor, practice):
            raise NotFound(_("It does not exist, or it is not open to you."))
        require(actor, Permission.FOLLOWUP_REPORT, party)
        if practice.kind is not Kind.PRACTICE:
            raise InvalidInput(_("Only a practice can be taken up. A recommendation is reported on."))
        check_published(practice)
        check_stage(stage, text="", obstacles="", adaptations="", reason="", evidence=False)
        query = select(Adoption.id).where(Adoption.outcome_id == practice.id, Adoption.party_id == party.id)
        if session.scalar(query) is not None:
            raise InvalidInput(
                _("%(party)s has taken this up already. Report on it instead.", party=party.name), "party"
            )
        adoption = Adoption(outcome=practice, party_id=party.id, stage=stage)
        session.add(adoption)
        session.flush()
        after = {"party": party.code, "stage": str(stage), "version": adoption.version}
        audit.record(actor, "take-up", "adoption", adoption.id, None, after)
        outbox.enqueue("outcome", practice.id)
    return adoption


def report_adoption(actor: Actor, adoption: Adoption, data: AdoptionData) -> Update:
    """Append what a focal point tells about an adoption and bring it to the stage told.

    Raises NotFound, Denied (saying who may), InvalidInput, and EditConflict when somebody saved after
    `data.seen_version`.
    """
    with unit_of_work() as session:
        adoption = fresh(actor, adoption)
        require(actor, Permission.FOLLOWUP_REPORT, adoption)
        check_version(adoption, data.seen_version)
        check_published(adoption.outcome)
        check_stage(
            data.stage,
            text=data.text,
            obstacles=data.obstacles,
            adaptations=data.adaptations,
            reason=data.reason,
            evidence=bool(data.evidence),
        )
        check_texts(data.text, data.obstacles, data.adaptations, data.reason)
        handling = item_handling(data.handling, adoption.outcome)
        evidence.check(data.evidence)
        update = Update(
            adoption=adoption,
            author_id=actor.id,
            at=now(),
            stage=data.stage,
            text=data.text,
            obstacles=data.obstacles,
            adaptations=data.adaptations,
            reason=data.reason,
            language=data.language,
            handling=handling,
            evidence=evidence.take_in(data.evidence, handling),
        )
        session.add(update)
        before = {"stage": str(adoption.stage)}
        adoption.last_update_at = update.at
        adoption.stage = data.stage or adoption.stage
        session.flush()
        after = {"stage": str(adoption.stage), "update": update.id, "version": adoption.version}
        audit.record(actor, "report", "adoption", adoption.id, before, after)
        outbox.enqueue("outcome", adoption.outcome_id)
    return update
