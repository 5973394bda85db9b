"""Pages of adoptions: who takes up which practice, and how it goes."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts import queries as accounts
from tracker.core.errors import InvalidInput, NotFound
from tracker.core.paging import page_number
from tracker.core.permissions import Permission, current_actor, reason_against, require
from tracker.core.routes import requires
from tracker.core.security import bounded_upload
from tracker.followup import adoptions as service
from tracker.followup import queries
from tracker.followup.blueprint import bp
from tracker.followup.filter_form import FilterForm
from tracker.followup.forms import AdoptionForm, TakeUpForm
from tracker.followup.saving import save_or_show
from tracker.outcomes import queries as outcomes
from tracker.outcomes.rules import may_work_on
from tracker.workshops import queries as workshops

_FILTERS = ("party", "stage", "theme", "workshop", "mine")


@bp.get("/follow-up/adoptions/")
@requires(Permission.FOLLOWUP_READ)
def adoptions() -> str:
    """The adoptions that the filters leave."""
    actor = current_actor()
    form = FilterForm(formdata=request.args)
    form.offer(actor)
    filters = form.filters()
    return render_template(
        "followup/adoptions.html",
        filters=filters,
        form=form,
        fields=form.shown(_FILTERS),
        chips=form.chips(_FILTERS),
        page=queries.list_adoptions(actor, filters, page_number()),
    )


@bp.get("/follow-up/adoptions/<ref>/<party>")
@requires(Permission.FOLLOWUP_READ)
def adoption(ref: str, party: str) -> str:
    """One adoption: its stage and its history."""
    actor = current_actor()
    found = queries.adoption(actor, ref, party)
    return render_template(
        "followup/adoption.html",
        adoption=found,
        history=queries.history(actor, found),
        workshop=workshops.visible_among(actor, [found.outcome.workshop_id]).get(
            found.outcome.workshop_id or 0
        ),
        report_refusal=reason_against(actor, Permission.FOLLOWUP_REPORT, found),
    )


@bp.route("/follow-up/adoptions/<ref>/<party>/report", methods=["GET", "POST"])
@requires(Permission.FOLLOWUP_REPORT)
@bounded_upload
def report_adoption(ref: str, party: str) -> Any:
    """Tell how taking up the practice goes."""
    actor = current_actor()
    require(actor, Permission.FOLLOWUP_REPORT, queries.adoption(actor, ref, party))
    form = AdoptionForm()
    return save_or_show(
        lambda: queries.adoption(actor, ref, party),
        form,
        form.offer,
        lambda found: service.report_adoption(actor, found, form.told()),
        "followup/report_adoption.html",
        _("Reported. Others who consider this practice can now read it."),
    )


@bp.route("/follow-up/adoptions/<ref>/take-up", methods=["GET", "POST"])
@requires(Permission.FOLLOWUP_REPORT)
def take_up(ref: str) -> Any:
    """Open the adoption of a practice for one of the actor's parties."""
    actor = current_actor()
    practice = outcomes.by_ref(actor, ref)
    if not may_work_on(actor, practice):
        # What was opened in an emergency is read, and no form is offered that could not be saved.
        raise NotFound(_("It does not exist, or it is not open to you."))
    ref = practice.ref
    taken = {adoption.party_id for adoption in practice.adoptions}
    parties = [
        party for party in accounts.all_parties() if party.id in actor.party_ids and party.id not in taken
    ]
    form = TakeUpForm()
    form.offer(parties)
    status = 200
    if form.validate_on_submit():
        chosen = next(party for party in parties if party.code == form.party.data)
        try:
            service.take_up(actor, practice, chosen, form.stage.data)
        except InvalidInput as error:
            form.refuse(error)
            status = error.status
            practice = outcomes.by_ref(actor, ref)
        else:
            flash(_("Noted. Tell here how it goes."), "success")
            return redirect(url_for("followup.adoption", ref=ref, party=form.party.data))
    elif form.is_submitted():
        status = InvalidInput.status
    return render_template("followup/take_up.html", practice=practice, form=form, parties=parties), status
