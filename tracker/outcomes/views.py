"""Pages of the outcomes: the list and one outcome. The other pages stand in the modules imported here."""

from flask import render_template, request
from flask_babel import gettext as _

from tracker.core.errors import NotFound
from tracker.core.paging import page_number
from tracker.core.permissions import Permission, current_actor
from tracker.core.routes import requires
from tracker.outcomes import (
    change_views,
    earlier,
    handling_views,
    link_views,
    log_views,
    queries,
    rules,
    version_views,
)
from tracker.outcomes.blueprint import bp
from tracker.outcomes.list_forms import OutcomeFilterForm
from tracker.workshops import queries as workshops
from tracker.workshops.rules import may_read as may_read_workshop

__all__ = ["bp", "change_views", "handling_views", "link_views", "log_views", "version_views"]


@bp.get("/outcomes/")
@requires(Permission.OUTCOME_READ)
def index() -> str:
    """The outcomes that the actor may see, the latest first."""
    actor = current_actor()
    form = OutcomeFilterForm(formdata=request.args)
    form.offer(actor)
    page = queries.list_page(actor, form.filters(), page_number())
    return render_template(
        "outcomes/index.html",
        form=form,
        chips=form.chips(),
        page=page,
        held_at=workshops.visible_among(actor, [outcome.workshop_id for outcome in page.items]),
    )


@bp.get("/outcomes/<ref>")
@requires(Permission.OUTCOME_READ)
def detail(ref: str) -> str:
    """One outcome, in the page's language or the one asked for."""
    actor = current_actor()
    outcome = queries.by_ref(actor, ref)
    wanted = request.args.get("lang")
    text = outcome.text_in(wanted) or outcome.shown
    if wanted and str(text.language) != wanted:
        raise NotFound(_("%(ref)s has no version in this language.", ref=outcome.ref))
    workshop = outcome.workshop
    return render_template(
        "outcomes/detail.html",
        outcome=outcome,
        why_visible=rules.why_visible(actor, outcome),
        text=text,
        workshop=workshop if workshop is not None and may_read_workshop(actor, workshop) else None,
        successor=queries.visible_among(actor, [outcome.successor_id]).get(outcome.successor_id or 0),
        links=queries.links_of(actor, outcome),
        earlier=earlier.said_before(actor, outcome),
    )
