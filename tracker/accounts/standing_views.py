"""Acts on the account of somebody else: roles, closing and reopening, address, link, sessions."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts import duties, people
from tracker.accounts.blueprint import bp
from tracker.accounts.models import Person
from tracker.accounts.people_forms import AddressChangeForm, CloseForm, RolesForm
from tracker.core.conflicts import Difference, differences
from tracker.core.errors import Denied, EditConflict, InvalidInput
from tracker.core.permissions import Permission, current_actor
from tracker.core.routes import requires


def _of_another(person_id: int) -> Person:
    """The person, unless it is the actor; raises Denied, saying who can do it, before anything is typed."""
    actor = current_actor()
    if actor.id == person_id:
        raise Denied(_("This is your own account. Another administrator must do it."))
    return people.by_id(person_id)


def _to(person: Person) -> Any:
    return redirect(url_for("accounts.person", person_id=person.id))


@bp.route("/people/<int:person_id>/roles", methods=["GET", "POST"])
@requires(Permission.PERSON_MANAGE)
def roles(person_id: int) -> Any:
    """Change what somebody may do, and for whom they act."""
    actor = current_actor()
    person = _of_another(person_id)
    form = RolesForm()
    found: list[Difference] | None = None
    if not form.is_submitted():
        form.show(person)
    elif form.validate():
        codes = [party.code for party in form.parties.parties]
        try:
            people.change_roles(
                actor, person, form.roles.data or [], codes, form.reason.data or "", form.seen_version
            )
        except InvalidInput as error:
            form.refuse(error)
        except EditConflict as conflict:
            theirs = RolesForm(formdata=None)
            theirs.show(person)
            theirs.reason.data = form.reason.data
            found = differences(theirs, form)
            form.refuse(InvalidInput(conflict.message))
            # Sent again, the form then says that its writer has seen what stands now.
            form.saw(person)
        else:
            flash(_("Roles and parties were saved. The person signs in anew."), "success")
            return _to(person)
    reports_for = duties.keeper().reported_by(actor, person.id)
    page = render_template(
        "accounts/roles.html", person=person, form=form, differences=found, reports_for=reports_for
    )
    return page, InvalidInput.status if form.errors else 200


@bp.route("/people/<int:person_id>/close", methods=["GET", "POST"])
@requires(Permission.PERSON_MANAGE)
def close(person_id: int) -> Any:
    """Close an account, after saying which workshops that leaves without a rapporteur."""
    actor = current_actor()
    person = _of_another(person_id)
    form = CloseForm()
    if form.validate_on_submit():
        try:
            people.close_person(actor, person, form.reason.data)
        except InvalidInput as error:
            form.refuse(error)
        else:
            flash(_("The account was closed. What the person wrote stays."), "success")
            return _to(person)
    bereft = duties.keeper().bereft_without(actor, person.id)
    page = render_template("accounts/close.html", person=person, form=form, bereft=bereft)
    return page, InvalidInput.status if form.errors else 200


@bp.post("/people/<int:person_id>/reopen")
@requires(Permission.PERSON_MANAGE)
def reopen(person_id: int) -> Any:
    """Open a closed account again."""
    person = people.reopen_person(current_actor(), people.by_id(person_id))
    if person.password is None and person.accepted_at is None:
        flash(_("The account is open again. Send an invitation, too."), "success")
    else:
        flash(_("The account is open again, with its roles, parties and password."), "success")
    return _to(person)


@bp.route("/people/<int:person_id>/address", methods=["GET", "POST"])
@requires(Permission.PERSON_MANAGE)
def address(person_id: int) -> Any:
    """Give an account another e-mail address."""
    person = _of_another(person_id)
    form = AddressChangeForm()
    if form.validate_on_submit():
        try:
            people.change_email(current_actor(), person, form.email.data)
        except InvalidInput as error:
            form.refuse(error)
        else:
            flash(_("The address was changed, and the person was told."), "success")
            return _to(person)
    page = render_template("accounts/address.html", person=person, form=form)
    return page, InvalidInput.status if form.errors else 200


@bp.post("/people/<int:person_id>/link")
@requires(Permission.PERSON_MANAGE)
def send_link(person_id: int) -> Any:
    """Mail somebody a link with which they sign in once."""
    person = _of_another(person_id)
    people.send_link(current_actor(), person)
    flash(_("A sign-in link was mailed to %(email)s.", email=person.email), "success")
    return _to(person)


@bp.post("/people/<int:person_id>/end-sessions")
@requires(Permission.PERSON_MANAGE)
def end_sessions(person_id: int) -> Any:
    """Sign somebody out everywhere."""
    person = _of_another(person_id)
    number = people.end_sessions(current_actor(), person)
    flash(ngettext("%(num)s session was ended.", "%(num)s sessions were ended.", number), "success")
    return _to(person)
