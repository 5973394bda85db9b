"""The outcomes of workshops, as the workshops room asks for them (`tracker.workshops.contents.Keeper`)."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import request

from tracker.core.paging import page_number
from tracker.core.permissions import Actor, Permission, allows
from tracker.core.vocabulary import Handling
from tracker.outcomes import queries
from tracker.outcomes.handling import raise_outcome
from tracker.outcomes.list_forms import PanelFilterForm
from tracker.outcomes.models import Outcome
from tracker.outcomes.service import publishable_drafts
from tracker.workshops.contents import Raised
from tracker.workshops.models import Workshop
from tracker.workshops.ways import by_label_alone


def counts(actor: Actor, workshop_ids: Iterable[int]) -> Mapping[int, int]:
    """How many outcomes of each workshop the actor may see; one query."""
    return queries.counts_by_workshop(actor, workshop_ids)


def panel(actor: Actor, workshop: Workshop) -> Mapping[str, Any]:
    """What `outcomes/_of_workshop.html` shows: a page of the outcomes, and how many drafts are ready."""
    form = PanelFilterForm(formdata=request.args)
    form.offer()
    may_publish = allows(actor, Permission.OUTCOME_PUBLISH, workshop)
    return {
        "filter_form": form,
        "chips": form.chips(),
        "page": queries.list_page(actor, form.filters(workshop.code), page_number()),
        "ready": len(publishable_drafts(actor, workshop)) if may_publish else 0,
    }


def below(actor: Actor, workshop: Workshop, handling: Handling) -> int:
    """How many outcomes of the workshop are marked lower than this label, and the actor may relabel."""
    return len(_below(actor, workshop, handling))


def raise_labels(actor: Actor, workshop: Workshop, handling: Handling, reason: str) -> Raised:
    """Raise those outcomes to the label, each with an entry in its history; none is ever lowered."""
    number, left = 0, []
    for outcome in _below(actor, workshop, handling):
        if raise_outcome(actor, outcome, handling, reason):
            number += 1
        else:
            left.append(outcome.ref)
    return Raised(number, tuple(left))


def _below(actor: Actor, workshop: Workshop, handling: Handling) -> list[Outcome]:
    # What the actor may not read by its label is neither counted nor changed.
    found = queries.marked_below(by_label_alone(actor), workshop, handling)
    return [outcome for outcome in found if allows(actor, Permission.OUTCOME_RELABEL, outcome)]
