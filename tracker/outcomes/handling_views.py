"""The page on which the handling of an outcome is changed."""

from contextlib import suppress
from typing import Any

from flask import flash, redirect, render_template
from flask_babel import gettext as _

from tracker.core.conflicts import Difference, differences
from tracker.core.errors import InvalidInput
from tracker.core.permissions import Permission, current_actor, require
from tracker.core.routes import requires
from tracker.outcomes import queries, service
from tracker.outcomes.blueprint import bp
from tracker.outcomes.conflicts import OutcomeConflict
from tracker.outcomes.handling_form import OutcomeHandlingForm
from tracker.outcomes.log_views import address_of
from tracker.outcomes.models import Outcome
from tracker.workshops.rules import may_read as may_read_workshop

#: What two people may have chosen differently; the other fields of the form belong to one act alone.
_COMPARED = ("handling", "named_parties", "named_people", "chatham_house")


def _differences(outcome: Outcome, form: OutcomeHandlingForm) -> list[Difference]:
    theirs = OutcomeHandlingForm(formdata=None)
    theirs.show(outcome)
    labels = [form[name].label.text for name in _COMPARED]
    return [one for one in differences(theirs, form) if one.label in labels]


@bp.route("/outcomes/<ref>/handling", methods=["GET", "POST"])
@requires(Permission.OUTCOME_RELABEL)
def handling(ref: str) -> Any:
    """Change how an outcome is handled: what it does is shown first, then it is saved."""
    actor = current_actor()
    outcome = queries.by_ref(actor, ref)
    require(actor, Permission.OUTCOME_RELABEL, outcome)
    form = OutcomeHandlingForm()
    form.offer(outcome)
    found: list[Difference] | None = None
    if not form.is_submitted():
        form.show(outcome)
    elif form.validate():
        data = form.as_data()
        try:
            form.effect = service.effect_of(actor, outcome, data)
            if form.is_to_be_saved:
                service.relabel_outcome(actor, outcome, data, form.seen_version)
                flash(_("The handling of %(ref)s was changed.", ref=outcome.ref), "success")
                return redirect(address_of(outcome, outcome.workshop))
            form.show_effect(form.effect)
        except InvalidInput as error:
            form.refuse(error)
            outcome = queries.by_ref(actor, ref)
        except OutcomeConflict as conflict:
            outcome = queries.by_ref(actor, ref)
            found = _differences(outcome, form)
            form.refuse(InvalidInput(conflict.message))
            with suppress(InvalidInput):
                # Somebody named may have left meanwhile; saving again then says so.
                form.show_effect(service.effect_of(actor, outcome, data))
            # Sent again, the form then says that its writer has seen what stands now.
            form.version.data = str(outcome.version)
    workshop = outcome.workshop
    return render_template(
        "outcomes/handling.html",
        form=form,
        outcome=outcome,
        workshop=workshop if workshop is not None and may_read_workshop(actor, workshop) else None,
        differences=found,
    )
