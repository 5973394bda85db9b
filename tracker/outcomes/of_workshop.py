"""The outcomes of workshops, as the workshops room asks for them (`tracker.workshops.contents.Keeper`)."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import request

from tracker.core.paging import page_number
from tracker.core.permissions import Actor, Permission, allows
from tracker.outcomes import queries
from tracker.outcomes.list_forms import PanelFilterForm
from tracker.outcomes.service import publishable_drafts
from tracker.workshops.models import Workshop


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
