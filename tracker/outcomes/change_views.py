"""Pages for changing, publishing, discarding and retiring an outcome."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts.models import Party
from tracker.core.conflicts import Difference, differences
from tracker.core.errors import InvalidInput, NotFound
from tracker.core.permissions import Actor, Permission, current_actor, require
from tracker.core.routes import requires
from tracker.outcomes import queries, service
from tracker.outcomes.act_forms import DiscardForm, RetireForm
from tracker.outcomes.blueprint import bp
from tracker.outcomes.conflicts import OutcomeConflict
from tracker.outcomes.forms import OutcomeForm
from tracker.outcomes.log_views import address_of
from tracker.outcomes.models import Outcome
from tracker.outcomes.vocabulary import Record
from tracker.workshops.rules import may_read as may_read_workshop


def _offered(actor: Actor, outcome: Outcome) -> list[Party]:
    """The parties of the workshop, as far as the actor may know them, and those addressed already."""
    workshop = outcome.workshop
    parties = workshop.parties if workshop is not None and may_read_workshop(actor, workshop) else []
    return parties or [commitment.party for commitment in outcome.commitments]


def _form_for(actor: Actor, outcome: Outcome, make: Callable[[], OutcomeForm] = OutcomeForm) -> OutcomeForm:
    form = make()
    form.offer(outcome.kind, _offered(actor, outcome))
    form.keep_handling_out()
    return form


def closed_to_changes(outcome: Outcome) -> Any:
    """Back to the outcome's page, before anybody types into a form that could not be saved."""
    flash(_("What is retired is not changed any more. Log a successor instead."), "error")
    return redirect(url_for("outcomes.detail", ref=outcome.ref))


@bp.route("/outcomes/<ref>/edit", methods=["GET", "POST"])
@requires(Permission.OUTCOME_EDIT)
def edit(ref: str) -> Any:
    """Change an outcome.

    When somebody saved meanwhile, the form keeps what was typed and the page shows both.
    """
    actor = current_actor()
    outcome = queries.by_ref(actor, ref)
    require(actor, Permission.OUTCOME_EDIT, outcome)
    if outcome.record is Record.RETIRED:
        return closed_to_changes(outcome)
    form = _form_for(actor, outcome)
    found: list[Difference] | None = None
    if not form.is_submitted():
        form.show(outcome)
    elif form.validate():
        try:
            service.edit_outcome(
                actor, outcome, form.as_data(outcome.kind, outcome=outcome), form.seen_version
            )
        except InvalidInput as error:
            form.refuse(error)
        except OutcomeConflict as conflict:
            outcome = queries.by_ref(actor, ref)
            theirs = _form_for(actor, outcome, lambda: OutcomeForm(formdata=None))
            theirs.show(outcome)
            found = differences(theirs, form)
            form.refuse(InvalidInput(conflict.message))
            # Sent again, the form then says that its writer has seen what stands now.
            form.version.data = str(outcome.version)
        else:
            flash(_("%(ref)s was saved.", ref=outcome.ref), "success")
            return redirect(address_of(outcome, outcome.workshop))
    return render_template("outcomes/edit.html", form=form, outcome=outcome, differences=found)


@bp.post("/outcomes/<ref>/publish")
@requires(Permission.OUTCOME_PUBLISH)
def publish(ref: str) -> Any:
    """Publish a draft as it was seen."""
    actor = current_actor()
    outcome = queries.by_ref(actor, ref)
    seen = request.form.get("version", type=int)
    try:
        service.publish_outcome(actor, outcome, seen)
    except OutcomeConflict:
        flash(_("%(ref)s was changed meanwhile. Read it again, then publish it.", ref=ref), "error")
    except InvalidInput as error:
        flash(error.message, "error")
    else:
        flash(_("%(ref)s was published.", ref=outcome.ref), "success")
    return redirect(address_of(outcome, outcome.workshop))


@bp.route("/outcomes/<ref>/retire", methods=["GET", "POST"])
@requires(Permission.OUTCOME_RETIRE)
def retire(ref: str) -> Any:
    """Retire a published outcome, with the reason and its successor."""
    actor = current_actor()
    outcome = queries.by_ref(actor, ref)
    require(actor, Permission.OUTCOME_RETIRE, outcome)
    form = RetireForm()
    if not form.is_submitted():
        form.version.data = str(outcome.version)
    elif form.validate():
        try:
            successor = named_outcome(actor, form.successor.data, "successor")
            service.retire_outcome(actor, outcome, form.reason.data, successor, form.seen_version)
        except InvalidInput as error:
            form.refuse(error)
        except OutcomeConflict:
            outcome = queries.by_ref(actor, ref)
            form.refuse(InvalidInput(_("It was changed meanwhile. Read it again, then retire it.")))
            form.version.data = str(outcome.version)
        else:
            flash(_("%(ref)s was retired.", ref=outcome.ref), "success")
            return redirect(url_for("outcomes.detail", ref=outcome.ref))
    return render_template("outcomes/retire.html", form=form, outcome=outcome)


@bp.route("/outcomes/<ref>/discard", methods=["GET", "POST"])
@requires(Permission.OUTCOME_EDIT)
def discard(ref: str) -> Any:
    """Throw a draft away, after asking."""
    actor = current_actor()
    outcome = queries.by_ref(actor, ref)
    require(actor, Permission.OUTCOME_EDIT, outcome)
    form = DiscardForm()
    workshop = outcome.workshop
    try:
        service.check_discardable(outcome)
        if not form.is_submitted():
            form.version.data = str(outcome.version)
        elif form.validate():
            gone = service.discard_draft(actor, outcome, form.seen_version)
            flash(_("%(ref)s was discarded.", ref=gone), "success")
            if workshop is not None and may_read_workshop(actor, workshop):
                return redirect(url_for("workshops.detail", code=workshop.code))
            return redirect(url_for("outcomes.index"))
    except InvalidInput as error:
        flash(error.message, "error")
        return redirect(url_for("outcomes.detail", ref=outcome.ref))
    except OutcomeConflict:
        outcome = queries.by_ref(actor, ref)
        form.refuse(InvalidInput(_("It was changed meanwhile. Read it again, then discard it.")))
        form.version.data = str(outcome.version)
    return render_template("outcomes/discard.html", form=form, outcome=outcome)


def named_outcome(actor: Actor, ref: str | None, field: str) -> Outcome | None:
    """The outcome whose reference was typed, None for nothing.

    Raises InvalidInput on `field` when there is none.
    """
    if not ref:
        return None
    try:
        return queries.by_ref(actor, ref)
    except NotFound as error:
        raise InvalidInput(error.message, field) from None
