"""Pages of one-time links and of one's own account."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _

from tracker.accounts import queries, service
from tracker.accounts.models import Person
from tracker.core.errors import InvalidInput, NotFound
from tracker.core.permissions import current_actor
from tracker.core.routes import public, signed_in
from tracker.signin import account as accounts
from tracker.signin import identity
from tracker.signin.forms import AccountForm, PasswordForm, SetUpForm

bp = Blueprint("signin", __name__)


def _dead_link() -> Any:
    # The same page for a link that was used, has expired or never was: it tells a stranger nothing.
    return render_template("signin/link_over.html"), 410


@bp.get("/sign-in/<token>")
@public
def link(token: str) -> Any:
    """Show whose link it is and a button; opening the page uses up nothing, so a mail scanner cannot."""
    found = queries.usable_link(token)
    if found is None:
        return _dead_link()
    if found.person is None:
        return render_template("signin/set_up.html", form=SetUpForm(), roles=service.FIRST_ROLES)
    return render_template("signin/link.html", person=found.person)


@bp.post("/sign-in/<token>")
@public
def use_link(token: str) -> Any:
    """Use up the link and sign in, or set up the first administrator."""
    found = queries.usable_link(token)
    if found is None:
        return _dead_link()
    return _set_up(token) if found.person is None else _redeem(token)


def _redeem(token: str) -> Any:
    try:
        person = service.redeem_link(token)
    except NotFound:
        return _dead_link()
    identity.sign_in_by_link(person)
    if person.password is None:
        flash(_("You are signed in. Set a password under Account to come back without a link."), "info")
    return redirect(url_for("reports.home"))


def _set_up(token: str) -> Any:
    form = SetUpForm()
    if form.validate_on_submit():
        try:
            person = service.set_up(token, form.email.data, form.name.data, form.password.data)
        except NotFound:
            return _dead_link()
        except InvalidInput as error:
            form.refuse(error)
        else:
            identity.sign_in_by_link(person)
            flash(_("You are the administrator. Create the first workshop, or add people."), "success")
            return redirect(url_for("reports.home"))
    return render_template("signin/set_up.html", form=form, roles=service.FIRST_ROLES), 422


def _account_page(person: Person, form: AccountForm, password_form: PasswordForm) -> str:
    return render_template(
        "signin/account.html",
        person=person,
        form=form,
        password_form=password_form,
        tokens=queries.tokens_of(person.id),
    )


def _forms(person: Person, *, sent: str = "") -> tuple[AccountForm, PasswordForm]:
    """Both forms of the page; only the one that was sent reads the request."""
    form = AccountForm(obj=person) if sent == "account" else AccountForm(formdata=None, obj=person)
    password_form = PasswordForm() if sent == "password" else PasswordForm(formdata=None)
    if person.password is None or identity.came_by_link():
        password_form.without_current()
    return form, password_form


def _me() -> Person:
    person = queries.person(current_actor().id)
    if person is None:
        raise NotFound(_("Sign in first."))
    return person


@bp.route("/account", methods=["GET", "POST"])
@signed_in
def account() -> Any:
    """One's own name, language, password and API tokens."""
    person = _me()
    form, password_form = _forms(person, sent="account")
    if form.validate_on_submit():
        try:
            accounts.edit_account(current_actor(), form.name.data, form.language.data)
        except InvalidInput as error:
            form.refuse(error)
        else:
            # The language chosen here is meant; one chosen in passing before gives way.
            session.pop("language", None)
            flash(_("Your account was saved."), "success")
            return redirect(url_for("signin.account"))
    return _account_page(person, form, password_form), 422 if form.errors else 200


@bp.post("/account/password")
@signed_in
def set_password() -> Any:
    """Set one's own password; every other session of the person ends."""
    person = _me()
    form, password_form = _forms(person, sent="password")
    if password_form.validate_on_submit():
        current = password_form.current.data if "current" in password_form else ""
        try:
            person = accounts.set_password(
                current_actor(), password_form.password.data, current=current, proven=identity.came_by_link()
            )
        except InvalidInput as error:
            password_form.refuse(error)
        else:
            identity.renew_session(person)
            flash(_("Your password was set. You were signed out everywhere else."), "success")
            return redirect(url_for("signin.account"))
    return _account_page(person, form, password_form), 422


@bp.post("/account/tokens/<int:token_id>/revoke")
@signed_in
def revoke_token(token_id: int) -> Any:
    """End one of one's own API tokens."""
    token = service.revoke_token(current_actor(), token_id)
    flash(_("The token “%(name)s” was revoked.", name=token.name), "success")
    return redirect(url_for("signin.account"))
