"""What was said before an outcome, as the outcomes room asks for it (`tracker.outcomes.earlier.Finder`)."""

import structlog

from tracker.core.permissions import Actor
from tracker.followup.standing import standing_now, standings_on
from tracker.outcomes.earlier import Earlier
from tracker.outcomes.models import Outcome
from tracker.search.documents import day_of
from tracker.search.similar import shown_day, similar_to

log = structlog.get_logger("tracker.search")

#: Outcomes that a page shows.
MOST = 5
#: Words of a reason that a page shows.
_MOST_WORDS = 6


def said_before(actor: Actor, outcome: Outcome) -> list[Earlier]:
    """At most five outcomes of earlier days closest to this one, closest first.

    None where the index cannot be asked, because a record stays readable whatever becomes of the index.
    """
    try:
        found = similar_to(actor, outcome, limit=MOST, earlier=True)
    except OSError:
        log.exception("what was said before could not be looked for", outcome=outcome.ref)
        return []
    if not found:
        return []
    then = standings_on(actor, [item.outcome for item in found], day_of(outcome))
    return [
        Earlier(
            outcome=item.outcome,
            day=shown_day(item.outcome, with_workshop=item.workshop is not None),
            workshop=item.workshop,
            words=item.reason.words[:_MOST_WORDS],
            names=item.reason.names,
            themes=item.reason.themes,
            then=then[item.outcome.id],
            now=standing_now(item.outcome.commitments),
        )
        for item in found
    ]
