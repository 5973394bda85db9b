"""What the pages share that write a line of history about a commitment or an adoption."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for

from tracker.core.errors import EditConflict, InvalidInput
from tracker.core.permissions import current_actor
from tracker.followup import queries
from tracker.followup.forms import ItemForm
from tracker.followup.models import Adoption
from tracker.followup.subjects import Subject


def save_or_show(
    load: Callable[[], Subject],
    form: ItemForm,
    offer: Callable[[Subject], None],
    save: Callable[[Subject], Any],
    template: str,
    said: str,
) -> Any:
    """Save what was filled in, or show it again with what stands against it and what came in between.

    `load` reads the commitment or adoption of the page, `offer` gives the form its choices, `said` is told
    after saving.
    """
    actor, found = current_actor(), load()
    name = "adoption" if isinstance(found, Adoption) else "commitment"
    meanwhile, status = None, 200
    offer(found)
    if form.validate_on_submit():
        try:
            save(found)
        except InvalidInput as error:
            form.refuse(error)
            status = error.status
        except EditConflict as error:
            form.refuse(InvalidInput(error.message))
            status = error.status
        else:
            flash(said, "success")
            return redirect(url_for(f"followup.{name}", ref=found.outcome.ref, party=found.party.code))
        # The transaction that failed has emptied what was loaded.
        found = load()
        if status == EditConflict.status:
            meanwhile = queries.since(actor, found, form.seen_version)
            form.version.data = str(found.version)
        offer(found)
    elif form.is_submitted():
        status = InvalidInput.status
    shown = {name: found, "form": form, "history": queries.history(actor, found), "meanwhile": meanwhile}
    return render_template(template, **shown), status
