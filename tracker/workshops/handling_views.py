"""The page on which the label of a workshop is changed."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.core.conflicts import Difference, differences
from tracker.core.errors import EditConflict, InvalidInput
from tracker.core.i18n import enumerated
from tracker.core.permissions import Actor, Permission, current_actor, require
from tracker.core.routes import requires
from tracker.workshops import queries
from tracker.workshops.blueprint import bp
from tracker.workshops.contents import Raised
from tracker.workshops.handling import effect_of, relabel_workshop
from tracker.workshops.handling_form import WorkshopHandlingForm
from tracker.workshops.models import Workshop
from tracker.workshops.rules import may_read


@bp.route("/<code>/handling", methods=["GET", "POST"])
@requires(Permission.WORKSHOP_RELABEL)
def handling(code: str) -> Any:
    """Change the label of a workshop: what it does is shown first, then it is saved."""
    actor = current_actor()
    workshop = queries.by_code(actor, code)
    require(actor, Permission.WORKSHOP_RELABEL, workshop)
    form = WorkshopHandlingForm()
    found: list[Difference] | None = None
    if not form.is_submitted():
        form.show(workshop)
    elif form.validate():
        data = form.as_data()
        form.effect = effect_of(actor, workshop, data)
        if form.is_to_be_saved:
            try:
                raised = relabel_workshop(actor, workshop, data, form.seen_version)
            except InvalidInput as error:
                form.refuse(error)
            except EditConflict as conflict:
                workshop = queries.by_code(actor, code)
                theirs = WorkshopHandlingForm(formdata=None)
                theirs.show(workshop)
                found = [one for one in differences(theirs, form) if one.label == form.handling.label.text]
                form.refuse(InvalidInput(conflict.message))
                form.show_effect(effect_of(actor, workshop, data))
                # Sent again, the form then says that its writer has seen what stands now.
                form.version.data = str(workshop.version)
            else:
                return _saved(actor, workshop, raised)
        else:
            form.show_effect(form.effect)
    return render_template("workshops/handling.html", form=form, workshop=workshop, differences=found)


def _saved(actor: Actor, workshop: Workshop, raised: Raised) -> Any:
    flash(_("The label was changed."), "success")
    if raised.number:
        flash(
            ngettext("%(num)s outcome was raised.", "%(num)s outcomes were raised.", raised.number), "success"
        )
    if raised.left:
        said = _(
            "Not raised, since nobody could be named on it: %(refs)s. Name somebody there.",
            refs=enumerated(raised.left),
        )
        flash(said, "warning")
    if may_read(actor, workshop):
        return redirect(url_for("workshops.detail", code=workshop.code))
    return redirect(url_for("workshops.index"))
