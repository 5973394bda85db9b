"""The page of an outcome's links to others."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from tracker.core.errors import InvalidInput, NotFound
from tracker.core.permissions import Permission, current_actor, require
from tracker.core.routes import requires
from tracker.outcomes import queries, service
from tracker.outcomes.act_forms import LinkForm, UnlinkForm
from tracker.outcomes.blueprint import bp
from tracker.outcomes.change_views import named_outcome
from tracker.outcomes.vocabulary import Kind, LinkKind


@bp.route("/outcomes/<ref>/links", methods=["GET", "POST"])
@requires(Permission.OUTCOME_EDIT)
def links(ref: str) -> Any:
    """The links of an outcome, and a form for one more."""
    actor = current_actor()
    outcome = queries.by_ref(actor, ref)
    require(actor, Permission.OUTCOME_EDIT, outcome)
    form = LinkForm()
    if outcome.kind is Kind.RECOMMENDATION:
        form.kind.choices = [choice for choice in form.kind.choices if choice[0] != LinkKind.ANSWERS]
    if form.validate_on_submit():
        try:
            target = named_outcome(actor, form.target.data, "target")
            if target is not None:
                service.link_outcomes(actor, outcome, target, form.kind.data)
        except InvalidInput as error:
            form.refuse(error)
        else:
            flash(_("The link was saved; both outcomes show it."), "success")
            return redirect(url_for("outcomes.links", ref=outcome.ref))
    return render_template(
        "outcomes/links.html", outcome=outcome, form=form, links=queries.links_of(actor, outcome)
    )


@bp.post("/outcomes/<ref>/links/remove")
@requires(Permission.OUTCOME_EDIT)
def unlink(ref: str) -> Any:
    """Take away a link that starts at this outcome."""
    actor = current_actor()
    outcome = queries.by_ref(actor, ref)
    form = UnlinkForm()
    if form.kind.data not in {str(kind) for kind in LinkKind}:
        raise NotFound(_("This link is gone already."))
    target = queries.by_ref(actor, form.target.data or "")
    try:
        service.unlink_outcomes(actor, outcome, target, LinkKind(form.kind.data))
    except InvalidInput as error:
        flash(error.message, "error")
    else:
        flash(_("The link was taken away."), "success")
    return redirect(url_for("outcomes.links", ref=outcome.ref))
