"""Pages of one's own account: name, language, password, address, sessions, tokens."""

from typing import Any

from flask import flash, redirect, render_template, session, url_for
from flask_babel import gettext as _

from tracker.accounts import agents, queries, service, sessions
from tracker.accounts.models import Person, SignInWay
from tracker.core.errors import InvalidInput
from tracker.core.permissions import current_actor
from tracker.core.routes import signed_in
from tracker.signin import account, addresses, identity, second_factor
from tracker.signin.blueprint import bp
from tracker.signin.forms import AccountForm, AddressForm, PasswordForm

#: The forms of the page, by the name under which the page knows them.
_FORMS = {"form": AccountForm, "password_form": PasswordForm, "address_form": AddressForm}


def _forms(person: Person, sent: str = "") -> dict[str, Any]:
    """The forms of the page; only the one that was sent reads the request."""
    forms: dict[str, Any] = {}
    for name, form in _FORMS.items():
        values = {"obj": person} if form is AccountForm else {"prefix": "new-"} if form is AddressForm else {}
        forms[name] = form(**values) if name == sent else form(formdata=None, **values)
    if person.password is None or identity.came_by_link():
        forms["password_form"].without_current()
        forms["address_form"].without_current()
    return forms


def _account_page(person: Person, forms: dict[str, Any]) -> str:
    here = identity.this_session()
    return render_template(
        "signin/account.html",
        person=person,
        factors=second_factor.factors_of(person),
        tokens=queries.tokens_of(person.id),
        sessions=sessions.of_person(person.id),
        here=here.id if here is not None else None,
        browser=agents.in_words,
        way=_way,
        **forms,
    )


def _way(method: str) -> Any:
    return dict(SignInWay.choices()).get(method, "")


def _me() -> Person:
    return account.own(current_actor())


@bp.route("/account", methods=["GET", "POST"], endpoint="account")
@signed_in
def own_account() -> Any:
    """One's own name, language, address, password, sessions and API tokens."""
    person = _me()
    forms = _forms(person, "form")
    form = forms["form"]
    if form.validate_on_submit():
        try:
            account.edit_account(current_actor(), form.name.data, form.language.data)
        except InvalidInput as error:
            form.refuse(error)
        else:
            # The language chosen here is meant; one chosen in passing before gives way.
            session.pop("language", None)
            flash(_("Your account was saved."), "success")
            return redirect(url_for("signin.account"))
    return _account_page(person, forms), 422 if form.errors else 200


@bp.post("/account/password")
@signed_in
def set_password() -> Any:
    """Set one's own password; every other session of the person ends."""
    person = _me()
    forms = _forms(person, "password_form")
    form = forms["password_form"]
    if form.validate_on_submit():
        try:
            person, secret = account.set_password(
                current_actor(),
                form.password.data,
                identity.browser_of(person),
                current=form.current_given,
                proven=identity.came_by_link(),
            )
        except InvalidInput as error:
            form.refuse(error)
        else:
            identity.go_on(person, secret)
            flash(_("Your password was set. You were signed out everywhere else."), "success")
            return redirect(url_for("signin.account"))
    return _account_page(_me(), forms), 422


@bp.post("/account/address")
@signed_in
def ask_for_address() -> Any:
    """Ask for another e-mail address; it is confirmed by a link that is mailed to it."""
    person = _me()
    forms = _forms(person, "address_form")
    form = forms["address_form"]
    if form.validate_on_submit():
        try:
            new = addresses.ask(
                current_actor(),
                form.email.data,
                current=form.current_given,
                proven=identity.came_by_link(),
            )
        except InvalidInput as error:
            form.refuse(error)
        else:
            flash(_("Open the link that was mailed to %(email)s to confirm the address.", email=new), "info")
            return redirect(url_for("signin.account"))
    return _account_page(_me(), forms), 422


@bp.get("/account/address/<token>")
@signed_in
def new_address(token: str) -> str:
    """Show the new address and a button; opening the page changes nothing."""
    return render_template("signin/address.html", email=addresses.asked_for(current_actor(), token))


@bp.post("/account/address/<token>")
@signed_in
def confirm_address(token: str) -> Any:
    """Take on the new address."""
    person = addresses.confirm(current_actor(), token)
    flash(_("Your e-mail address is now %(email)s.", email=person.email), "success")
    return redirect(url_for("signin.account"))


@bp.post("/account/sessions/<int:session_id>/end")
@signed_in
def end_session(session_id: int) -> Any:
    """End one of one's own sessions."""
    sessions.end_one(current_actor(), session_id)
    flash(_("That session was ended."), "success")
    return redirect(url_for("signin.account"))


@bp.post("/account/sessions/end-others")
@signed_in
def end_other_sessions() -> Any:
    """End all sessions of one's own but this one."""
    here = identity.this_session()
    person = account.end_other_sessions(current_actor(), here.id if here is not None else 0)
    identity.go_on(person)
    flash(_("You were signed out everywhere else."), "success")
    return redirect(url_for("signin.account"))


@bp.post("/account/tokens/<int:token_id>/revoke")
@signed_in
def revoke_token(token_id: int) -> Any:
    """End one of one's own API tokens."""
    token = service.revoke_token(current_actor(), token_id)
    flash(_("The token “%(name)s” was revoked.", name=token.name), "success")
    return redirect(url_for("signin.account"))
