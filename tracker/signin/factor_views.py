"""Pages of one's own second factors: the app, recovery codes, passkeys; and taking all from somebody else."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from tracker.accounts import queries
from tracker.core.errors import InvalidInput, NotFound
from tracker.core.permissions import Permission, current_actor
from tracker.core.routes import requires, signed_in
from tracker.core.views import local_address
from tracker.signin import account, ceremonies, challenges, codes, passkeys, proof, second_factor
from tracker.signin.blueprint import bp
from tracker.signin.factor_forms import AnswerForm, CodeForm, PasskeyForm, ProofForm
from tracker.signin.proof import recent_proof

#: Where the browser's session keeps the secret of an app that was not confirmed yet; it is encrypted.
_PENDING = "app_secret"


def _done(fresh: list[str], message: str) -> Any:
    """Show new recovery codes, once; without any go back to the account."""
    flash(message, "success")
    if not fresh:
        return redirect(url_for("signin.account"))
    return render_template("signin/recovery_codes.html", codes=fresh)


@bp.get("/account/second-factor")
@signed_in
def must_set_up() -> Any:
    """Where those are sent whose role needs a second factor."""
    return render_template("signin/must_set_up.html")


@bp.route("/account/app", methods=["GET", "POST"])
@signed_in
@recent_proof
def set_up_app() -> Any:
    """Set up an app: a picture and a key to give it, and a code that proves it has them."""
    person, form = account.own(current_actor()), CodeForm()
    secret = session.get(_PENDING) or codes.factory().generate_totp_secret()
    session[_PENDING] = secret
    if form.validate_on_submit():
        try:
            fresh = second_factor.set_up_app(current_actor(), secret, form.code.data)
        except InvalidInput as error:
            form.refuse(error)
        else:
            session.pop(_PENDING)
            return _done(fresh, _("Your app is set up. From now on signing in asks for its code."))
    details = codes.app_details(person, secret)
    page = render_template(
        "signin/set_up_app.html", form=form, details=details, replaces=bool(person.tf_totp_secret)
    )
    return page, 422 if form.errors else 200


@bp.post("/account/app/remove")
@signed_in
@recent_proof
def remove_app() -> Any:
    """Do without the app."""
    second_factor.remove_app(current_actor())
    flash(_("The app was removed. Its codes work no more."), "success")
    return redirect(url_for("signin.account"))


@bp.post("/account/recovery-codes")
@signed_in
@recent_proof
def renew_recovery_codes() -> Any:
    """Make new recovery codes, which void the old ones."""
    try:
        fresh = second_factor.renew_recovery_codes(current_actor())
    except InvalidInput as error:
        flash(error.message, "error")
        return redirect(url_for("signin.account"))
    return _done(fresh, _("These are new recovery codes. The old ones work no more."))


@bp.route("/account/passkeys/add", methods=["GET", "POST"])
@signed_in
@recent_proof
def add_passkey() -> Any:
    """Add a passkey; the script asks the browser to make it."""
    form = PasskeyForm()
    if form.validate_on_submit():
        try:
            challenge = challenges.take(passkeys.ADD)
            fresh = passkeys.add(current_actor(), challenge, form.credential.data)
        except InvalidInput as error:
            form.refuse(error)
        else:
            return _done(fresh, _("The passkey “%(name)s” was added.", name=challenge.name))
    page = render_template("signin/add_passkey.html", form=form)
    return page, 422 if form.errors else 200


@bp.post("/account/passkeys/options")
@signed_in
def passkey_options() -> Any:
    """What the browser needs to make a passkey, or to prove by one who it is."""
    try:
        if request.form.get("purpose") == passkeys.PROVE:
            person, challenge = account.own(current_actor()), challenges.issue(passkeys.PROVE)
            return jsonify(passkeys.start_using(passkeys.PROVE, challenge, person))
        return _options_to_add()
    except InvalidInput as error:
        return jsonify(message=str(error.message)), 422


@recent_proof
def _options_to_add() -> Any:
    usage = ceremonies.SECONDARY if request.form.get("touch_only") else ceremonies.FIRST
    name = request.form.get("name", "").strip()
    challenge = challenges.issue(passkeys.ADD, person_id=current_actor().id, name=name[:100], usage=usage)
    return jsonify(passkeys.start_adding(current_actor(), challenge))


@bp.post("/account/passkeys/<int:number>/remove")
@signed_in
@recent_proof
def remove_passkey(number: int) -> Any:
    """Remove one of one's own passkeys."""
    name = passkeys.remove(current_actor(), number)
    flash(_("The passkey “%(name)s” was removed.", name=name), "success")
    return redirect(url_for("signin.account"))


def _proven() -> Any:
    proof.note()
    return redirect(local_address(request.form.get("next")) or url_for("signin.account"))


@bp.route("/account/confirm", methods=["GET", "POST"])
@signed_in
def prove() -> Any:
    """Prove anew who one is, before something that matters."""
    person, form = account.own(current_actor()), ProofForm()
    if person.password and form.validate_on_submit():
        try:
            account.check_current(person, form.password.data, field="password")
        except InvalidInput as error:
            form.refuse(error)
        else:
            return _proven()
    page = render_template(
        "signin/prove.html",
        form=form,
        person=person,
        has_passkey=any(key.usage == ceremonies.FIRST for key in second_factor.factors_of(person).passkeys),
        next=local_address(request.values.get("next")) or "",
    )
    return page, 422 if form.errors else 200


@bp.post("/account/confirm/passkey")
@signed_in
def prove_by_passkey() -> Any:
    """Prove anew who one is by one of one's own passkeys."""
    try:
        person, challenge = account.own(current_actor()), challenges.take(passkeys.PROVE)
        passkeys.use(passkeys.PROVE, challenge, AnswerForm().credential.data, person)
    except InvalidInput as error:
        flash(error.message, "error")
        return redirect(url_for("signin.prove", next=local_address(request.form.get("next"))))
    return _proven()


@bp.post("/people/<int:person_id>/second-factor/remove")
@requires(Permission.PERSON_MANAGE)
def remove_second_factor(person_id: int) -> Any:
    """Take every second factor from somebody who lost them; `next` says where to go then."""
    person = queries.person(person_id)
    if person is None:
        raise NotFound(_("There is no such person."))
    second_factor.remove_all(current_actor(), person)
    flash(_("%(name)s has no second factor any more and was told by mail.", name=person.name), "success")
    return redirect(local_address(request.form.get("next")) or url_for("reports.home"))
