"""Inviting people: one or many at once, again, and withdrawing an invitation."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts import invitations, people
from tracker.accounts.blueprint import bp
from tracker.accounts.invitations import Invited
from tracker.accounts.people_forms import InviteForm
from tracker.core.errors import InvalidInput
from tracker.core.permissions import Permission, current_actor
from tracker.core.routes import requires


@bp.route("/people/invite", methods=["GET", "POST"])
@requires(Permission.PERSON_MANAGE)
def invite() -> Any:
    """Invite people; lines that cannot be taken stay in the form, each with the reason why."""
    form, done = InviteForm(), Invited()
    if not form.is_submitted():
        form.begin()
    elif form.validate():
        try:
            done = _send(form)
        except InvalidInput as error:
            form.refuse(error)
        else:
            if not done.refused:
                flash(_told(len(done.people)), "success")
                return redirect(url_for("accounts.people", standing="waiting"))
            # Those who were invited are done with; the others stay to be put right.
            form.people.data = "\n".join(refusal.line.text for refusal in done.refused)
    failed = form.errors or (done.refused and not done.people)
    page = render_template("accounts/invite.html", form=form, done=done)
    return page, InvalidInput.status if failed else 200


def _send(form: InviteForm) -> Invited:
    return invitations.invite(
        current_actor(),
        invitations.read_lines(form.people.data or ""),
        form.roles.data or [],
        [party.code for party in form.parties.parties],
        form.language.data,
    )


def _told(number: int) -> str:
    return ngettext("%(num)s person was invited.", "%(num)s people were invited.", number)  # type: ignore[no-any-return]


@bp.post("/people/<int:person_id>/invite-again")
@requires(Permission.PERSON_MANAGE)
def invite_again(person_id: int) -> Any:
    """Send a new invitation to somebody who has not accepted."""
    person = people.by_id(person_id)
    invitations.invite_again(current_actor(), person)
    flash(_("A new invitation is on its way. The links of earlier ones no longer work."), "success")
    return redirect(url_for("accounts.person", person_id=person.id))


@bp.post("/people/<int:person_id>/withdraw-invitation")
@requires(Permission.PERSON_MANAGE)
def withdraw(person_id: int) -> Any:
    """Withdraw an invitation that was not accepted."""
    person = people.by_id(person_id)
    invitations.withdraw(current_actor(), person)
    flash(_("The invitation was withdrawn; its link no longer works."), "success")
    return redirect(url_for("accounts.person", person_id=person.id))
