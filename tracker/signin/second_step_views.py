"""Pages between the first proof and the session, and signing in with a passkey alone."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.actors import actor_for
from tracker.accounts.models import Person
from tracker.core.errors import InvalidInput
from tracker.core.permissions import current_actor
from tracker.core.routes import public
from tracker.core.views import local_address
from tracker.signin import challenges, passkeys, second_factor, second_step
from tracker.signin.blueprint import bp
from tracker.signin.factor_forms import AnswerForm, CodeForm, RecoveryForm


def _start_again() -> Any:
    second_step.give_up()
    if current_actor().is_authenticated:
        return redirect(url_for("reports.home"))
    flash(_("Begin again: it took more than ten minutes."), "info")
    return redirect(url_for("security.login"))


def _page(person: Person, code: CodeForm | None = None, recovery: RecoveryForm | None = None) -> Any:
    wrong = code is not None or recovery is not None
    page = render_template(
        "signin/second_step.html",
        factors=second_factor.factors_of(person),
        code_form=code or CodeForm(formdata=None),
        recovery_form=recovery or RecoveryForm(formdata=None),
    )
    return page, 422 if wrong else 200


@bp.get("/login/second-step")
@public
def second_step_page() -> Any:
    """Choose and give the second proof."""
    person = second_step.waiting()
    return _start_again() if person is None else _page(person)


@bp.post("/login/second-step")
@public
def second_step_code() -> Any:
    """Sign in by a code of the app."""
    person = second_step.waiting()
    if person is None:
        return _start_again()
    form = CodeForm()
    if form.validate_on_submit():
        if second_factor.take_app_code(actor_for(person), form.code.data):
            return second_step.complete(person, "app")
        message = _("That code is not right, or was used already. Wait for the next one.")
        form.refuse(InvalidInput(message, "code"))
    return _page(person, code=form)


@bp.post("/login/second-step/recovery-code")
@public
def second_step_recovery() -> Any:
    """Sign in by a recovery code, which is used up."""
    person = second_step.waiting()
    if person is None:
        return _start_again()
    form = RecoveryForm()
    if not form.validate_on_submit():
        return _page(person, recovery=form)
    if not second_factor.take_recovery_code(actor_for(person), form.recovery_code.data):
        message = _("That is none of your recovery codes, or it was used already.")
        form.refuse(InvalidInput(message, "recovery_code"))
        return _page(person, recovery=form)
    left = len(person.mf_recovery_codes or ())
    answer = second_step.complete(person, "recovery-code")
    flash(
        ngettext(
            "You have %(num)s recovery code left. Your account makes new ones.",
            "You have %(num)s recovery codes left. Your account makes new ones.",
            left,
        ),
        "info",
    )
    return answer


@bp.post("/login/second-step/passkey")
@public
def second_step_passkey() -> Any:
    """Sign in by a password and one of one's own passkeys."""
    person = second_step.waiting()
    if person is None:
        return _start_again()
    try:
        challenge = challenges.take(passkeys.SECOND_STEP)
        passkeys.use(passkeys.SECOND_STEP, challenge, AnswerForm().credential.data, person)
    except InvalidInput as error:
        flash(error.message, "error")
        return redirect(url_for("signin.second_step_page"))
    return second_step.complete(person, "passkey")


@bp.post("/login/passkey/options")
@public
def passkey_to_sign_in() -> Any:
    """What the browser needs to use a passkey: for the second step of whoever is half-way in, else alone."""
    person = second_step.waiting() if request.form.get("purpose") == passkeys.SECOND_STEP else None
    purpose = passkeys.SIGN_IN if person is None else passkeys.SECOND_STEP
    try:
        return jsonify(passkeys.start_using(purpose, challenges.issue(purpose), person))
    except InvalidInput as error:
        return jsonify(message=str(error.message)), 422


@bp.post("/login/passkey")
@public
def sign_in_by_passkey() -> Any:
    """Sign in by a passkey alone: the device has checked who holds it, so it is both steps in one."""
    wish = local_address(request.form.get("next"))
    if current_actor().is_authenticated:
        return redirect(wish or url_for("reports.home"))
    try:
        challenge = challenges.take(passkeys.SIGN_IN)
        person = passkeys.use(passkeys.SIGN_IN, challenge, AnswerForm().credential.data)
    except InvalidInput as error:
        flash(error.message, "error")
        return redirect(url_for("security.login", next=wish))
    return second_step.enter(person, ["passkey"], wish)
