"""Pages of one-time links: signing in, accepting an invitation, a new password, the first start."""

from collections.abc import Callable
from typing import Any

from flask import after_this_request, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _

from tracker.accounts import links, service
from tracker.accounts.models import LinkPurpose, OneTimeLink, Person, SignInWay
from tracker.core.errors import InvalidInput, NotFound
from tracker.core.i18n import current_language
from tracker.core.routes import public
from tracker.signin import account, known_browsers, resets, second_step
from tracker.signin.afterwards import after_answer
from tracker.signin.blueprint import bp
from tracker.signin.forms import ForgottenForm, InvitationForm, ResetForm, SetUpForm


@bp.route("/sign-in/forgotten", methods=["GET", "POST"])
@public
def forgotten() -> Any:
    """Ask for a link to a new password; the answer tells nobody whether there is an account."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        return render_template("signin/forgotten.html", form=form), 422 if form.errors else 200
    email, language = form.email.data, str(current_language())
    resets.count(email)
    answer = make_response(redirect(url_for("signin.mail_sent")))
    return after_answer(answer, lambda: resets.send(email, language))


@bp.get("/sign-in/forgotten/sent")
@public
def mail_sent() -> str:
    """What to do next, the same for every address."""
    return render_template("signin/mail_sent.html")


@bp.get("/sign-in/<token>")
@public
def link(token: str) -> Any:
    """Show what the link does, and a button; opening the page uses up nothing, so a mail scanner cannot."""
    found = links.usable(token)
    return _dead_link() if found is None else _page(found, _form_for(found))


@bp.post("/sign-in/<token>")
@public
def use_link(token: str) -> Any:
    """Use up the link, for what it is made for."""
    found = links.usable(token)
    if found is None:
        return _dead_link()
    form = _form_for(found)
    if form is not None and not form.validate_on_submit():
        return _page(found, form), 422
    try:
        return _ACTS[found.purpose](token, form)
    except NotFound:
        return _dead_link()
    except InvalidInput as error:
        form.refuse(error)
        # Read again: what was refused has taken back what was read before.
        again = links.usable(token)
        return (_page(again, form), 422) if again is not None else _dead_link()


def _dead_link() -> Any:
    # The same page for a link that was used, has expired or never was: it tells a stranger nothing.
    return render_template("signin/link_over.html"), 410


def _form_for(found: OneTimeLink) -> Any:
    if found.purpose is LinkPurpose.RESET:
        return ResetForm()
    if found.purpose is LinkPurpose.SET_UP:
        return SetUpForm()
    return InvitationForm(obj=found.person) if found.purpose is LinkPurpose.INVITATION else None


def _page(found: OneTimeLink, form: Any) -> str:
    if found.purpose is LinkPurpose.SET_UP:
        return render_template("signin/set_up.html", form=form, roles=service.FIRST_ROLES)
    template = {LinkPurpose.RESET: "reset", LinkPurpose.INVITATION: "invitation"}.get(found.purpose, "link")
    return render_template(f"signin/{template}.html", form=form, person=found.person)


def _go_in(person: Person, by: SignInWay) -> Any:
    """To the second step where there is one, else in."""
    return second_step.ask(person, by) or second_step.enter(person, [by], None)


def _sign_in(token: str, _form: None) -> Any:
    person = links.redeem(token)
    answer = second_step.ask(person, SignInWay.LINK)
    if answer is not None:
        return answer
    answer = second_step.enter(person, [SignInWay.LINK], None)
    if person.password is None:
        flash(_("You are signed in. Set a password under Account to come back without a link."), "info")
    return answer


def _accept(token: str, form: InvitationForm) -> Any:
    person = account.accept_invitation(token, form.name.data, form.language.data, form.password.data)
    answer = _go_in(person, SignInWay.INVITATION)
    flash(_("Welcome. Your account is ready."), "success")
    return answer


def _reset(token: str, form: ResetForm) -> Any:
    person = account.reset_password(token, form.password.data)

    # Who guesses at the account from elsewhere must not keep its owner from signing in now.
    @after_this_request
    def know(response: Any) -> Any:
        return known_browsers.remember(person, response)

    flash(_("Your new password is set. Sign in with it."), "success")
    return redirect(url_for("security.login"))


def _set_up(token: str, form: SetUpForm) -> Any:
    person = service.set_up(token, form.email.data, form.name.data, form.password.data)
    answer = second_step.enter(person, [SignInWay.SET_UP], None)
    flash(_("You are the administrator. Create the first workshop, or add people."), "success")
    return answer


_ACTS: dict[LinkPurpose, Callable[[str, Any], Any]] = {
    LinkPurpose.SIGN_IN: _sign_in,
    LinkPurpose.INVITATION: _accept,
    LinkPurpose.RESET: _reset,
    LinkPurpose.SET_UP: _set_up,
}
