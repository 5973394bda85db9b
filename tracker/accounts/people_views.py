"""Looking people up: their list, and the page of one."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts import directory, duties, people, service, standing
from tracker.accounts.blueprint import bp
from tracker.accounts.history import WORDING
from tracker.accounts.people_forms import PeopleFilterForm
from tracker.core.history import lines_of
from tracker.core.paging import page_number
from tracker.core.permissions import Permission, allows, current_actor
from tracker.core.routes import requires


@bp.get("/people/", endpoint="people")
@requires(Permission.PERSON_READ)
def people_list() -> str:
    """Everybody with an account, by name."""
    form = PeopleFilterForm(formdata=request.args)
    form.offer()
    page = directory.people_page(form.filters(), page_number())
    manages = allows(current_actor(), Permission.PERSON_MANAGE)
    return render_template(
        "accounts/people.html",
        form=form,
        chips=form.chips(("role", "party", "standing")),
        page=page,
        standing_of=standing.standing_of,
        manages=manages,
        last_seen=directory.last_seen(person.id for person in page.items) if manages else {},
        filtered=form.filters() != directory.PeopleFilters(),
    )


@bp.get("/people/<int:person_id>")
@requires(Permission.PERSON_READ)
def person(person_id: int) -> str:
    """One person: for coordinators who they are, for administrators their account and its history as well."""
    actor = current_actor()
    found = people.by_id(person_id)
    manages = allows(actor, Permission.PERSON_MANAGE)
    return render_template(
        "accounts/person.html",
        person=found,
        standing=standing.standing_of(found),
        may_be_invited=standing.may_be_invited(found),
        manages=manages,
        is_own=actor.id == found.id,
        reports_for=duties.keeper().reported_by(actor, found.id),
        account=directory.account_of(found) if manages else None,
        history=lines_of(actor, "person", found.id, page_number(), WORDING) if manages else None,
    )


@bp.post("/people/<int:person_id>/tokens/<int:token_id>/revoke")
@requires(Permission.PERSON_MANAGE)
def revoke_token(person_id: int, token_id: int) -> Any:
    """End an API token of somebody."""
    token = service.revoke_token(current_actor(), token_id)
    flash(_("The token “%(name)s” was revoked.", name=token.name), "success")
    return redirect(url_for("accounts.person", person_id=person_id))
