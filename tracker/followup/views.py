"""Pages of commitments; those of adoptions are in a module of their own on the same blueprint."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.core import files
from tracker.core.errors import EditConflict
from tracker.core.paging import page_number
from tracker.core.permissions import Permission, current_actor, reason_against, require
from tracker.core.routes import requires
from tracker.core.security import bounded_upload
from tracker.followup import adoption_views, queries, service
from tracker.followup.blueprint import bp
from tracker.followup.filter_form import FilterForm
from tracker.followup.forms import AssessForm, DueForm, ReportForm
from tracker.followup.models import Commitment
from tracker.followup.saving import save_or_show
from tracker.workshops import queries as workshops

__all__ = ["adoption_views", "bp"]

_FILTERS = ("sign", "party", "position", "implementation", "assurance", "theme", "workshop", "mine")


@bp.get("/follow-up/")
@requires(Permission.FOLLOWUP_READ)
def index() -> str:
    """The commitments that the filters leave, with their counts."""
    actor = current_actor()
    form = FilterForm(formdata=request.args)
    form.offer(actor)
    filters = form.filters()
    counts = queries.counts(actor, filters)
    return render_template(
        "followup/index.html",
        filters=filters,
        form=form,
        fields=form.shown(_FILTERS),
        chips=form.chips(_FILTERS),
        counts=counts,
        page=queries.list_page(actor, filters, page_number(), total=counts.total),
    )


@bp.get("/follow-up/<ref>/<party>")
@requires(Permission.FOLLOWUP_READ)
def commitment(ref: str, party: str) -> str:
    """One commitment: where it stands, who may act, and its history."""
    actor = current_actor()
    found = queries.commitment(actor, ref, party)
    return render_template(
        "followup/commitment.html",
        commitment=found,
        history=queries.history(actor, found),
        signs=queries.signs(found),
        workshop=workshops.visible_among(actor, [found.outcome.workshop_id]).get(
            found.outcome.workshop_id or 0
        ),
        report_refusal=reason_against(actor, Permission.FOLLOWUP_REPORT, found),
        assess_refusal=reason_against(actor, Permission.FOLLOWUP_ASSESS, found),
        due_form=DueForm(due=found.own_due, version=found.version),
    )


@bp.route("/follow-up/<ref>/<party>/report", methods=["GET", "POST"])
@requires(Permission.FOLLOWUP_REPORT)
@bounded_upload
def report(ref: str, party: str) -> Any:
    """Report for the party."""
    actor = current_actor()
    require(actor, Permission.FOLLOWUP_REPORT, queries.commitment(actor, ref, party))
    form = ReportForm()
    return save_or_show(
        lambda: queries.commitment(actor, ref, party),
        form,
        form.offer,
        lambda found: service.report(actor, found, form.claim()),
        "followup/report.html",
        _("Reported. A reviewer of another party can now look at it."),
    )


@bp.route("/follow-up/<ref>/<party>/assess", methods=["GET", "POST"])
@requires(Permission.FOLLOWUP_ASSESS)
def assess(ref: str, party: str) -> Any:
    """Assess what the party claims."""
    actor = current_actor()
    require(actor, Permission.FOLLOWUP_ASSESS, queries.commitment(actor, ref, party))
    form = AssessForm()

    def offer(subject: Commitment) -> None:
        claims = queries.visible_updates(actor, subject)
        form.offer(subject, claims[-1].handling if claims else subject.outcome.handling)

    return save_or_show(
        lambda: queries.commitment(actor, ref, party),
        form,
        offer,
        lambda found: service.assess(actor, found, form.found()),
        "followup/assess.html",
        _("Your finding stands beside the claim."),
    )


@bp.post("/follow-up/<ref>/<party>/due")
@requires(Permission.FOLLOWUP_SCHEDULE)
def due(ref: str, party: str) -> Any:
    """Give the party's answer a due date of its own."""
    actor = current_actor()
    found = queries.commitment(actor, ref, party)
    form = DueForm()
    if form.validate_on_submit():
        try:
            service.set_due(actor, found, form.due.data, form.seen_version)
            flash(_("The due date was saved."), "success")
        except EditConflict as error:
            flash(str(error.message), "warning")
    else:
        flash(" ".join(form.due.errors) or _("The due date could not be read."), "error")
    return redirect(url_for("followup.commitment", ref=ref, party=party))


@bp.get("/follow-up/evidence/<token>")
@requires(Permission.FOLLOWUP_READ)
def evidence(token: str) -> Any:
    """The file of a piece of evidence."""
    return files.send(queries.evidence_file(current_actor(), token))
