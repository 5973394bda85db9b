"""Pages for logging: choosing a workshop, writing down an outcome, publishing a workshop's drafts."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from tracker.core.errors import InvalidInput
from tracker.core.i18n import current_language
from tracker.core.permissions import Permission, current_actor, require
from tracker.core.routes import requires
from tracker.core.vocabulary import Handling, Language
from tracker.outcomes import queries, rules, service
from tracker.outcomes.blueprint import bp
from tracker.outcomes.forms import OutcomeForm
from tracker.outcomes.models import Outcome
from tracker.outcomes.vocabulary import Kind, Record
from tracker.workshops import queries as workshops
from tracker.workshops.models import Workshop
from tracker.workshops.rules import may_read as may_read_workshop


@bp.get("/log")
@requires(Permission.OUTCOME_LOG)
def log() -> str:
    """Choose the workshop at which something was said, the latest first."""
    own, others = workshops.for_logging(current_actor())
    return render_template("outcomes/log.html", own=own, others=others)


@bp.route("/workshops/<code>/log/<any(recommendation, practice):kind>", methods=["GET", "POST"])
@requires(Permission.OUTCOME_LOG)
def new(code: str, kind: str) -> Any:
    """Write down a recommendation or a practice of a workshop."""
    actor = current_actor()
    workshop = workshops.by_code(actor, code)
    require(actor, Permission.OUTCOME_LOG, workshop)
    the_kind = Kind(kind)
    form = OutcomeForm()
    form.offer(the_kind, workshop.parties)
    then = request.form.get("then", "")
    if not form.is_submitted():
        form.begin(workshop, _language_at(workshop))
        _carry_over(form)
    elif form.validate():
        try:
            data = form.as_data(the_kind, workshop.id)
            outcome = service.log_outcome(actor, data, publish=then == "publish")
        except InvalidInput as error:
            form.refuse(error)
        else:
            flash(_said(outcome), "success")
            if then == "another":
                return redirect(url_for("outcomes.new", code=code, kind=kind, **_kept(form)))
            return redirect(address_of(outcome, workshop))
    return render_template(
        "outcomes/new.html",
        form=form,
        kind=the_kind,
        workshop=workshop,
        latest=queries.latest_of(actor, workshop),
    )


@bp.post("/workshops/<code>/publish")
@requires(Permission.OUTCOME_PUBLISH)
def publish_drafts(code: str) -> Any:
    """Publish every complete draft of a workshop at once."""
    actor = current_actor()
    workshop = workshops.by_code(actor, code)
    number = service.publish_drafts(actor, workshop)
    if number:
        flash(ngettext("%(num)s draft was published.", "%(num)s drafts were published.", number), "success")
    else:
        flash(_("No draft was ready to be published."), "info")
    return redirect(url_for("workshops.detail", code=workshop.code))


def address_of(outcome: Outcome, workshop: Workshop | None) -> str:
    """The outcome's page, or where to go when its label has closed it to whoever saved it."""
    if rules.may_read(current_actor(), outcome):
        return url_for("outcomes.detail", ref=outcome.ref)
    if workshop is not None and may_read_workshop(current_actor(), workshop):
        return url_for("workshops.detail", code=workshop.code)
    return url_for("outcomes.index")


def _said(outcome: Outcome) -> Markup:
    text = (
        _("%(ref)s was saved and published.")
        if outcome.record is Record.PUBLISHED
        else _("%(ref)s was saved as a draft.")
    )
    address = url_for("outcomes.detail", ref=outcome.ref)
    return escape(text) % {
        "ref": Markup('<a href="{}"><bdi dir="ltr">{}</bdi></a>').format(address, outcome.ref)
    }


def _language_at(workshop: Workshop) -> Language:
    """The page's language where the workshop worked in it, else its first working language, else its own."""
    page = current_language()
    if str(page) in workshop.languages:
        return page
    known = [code for code in workshop.languages if code in {str(language) for language in Language}]
    return Language(known[0]) if known else workshop.language


def _kept(form: OutcomeForm) -> dict[str, Any]:
    """What the next outcome of the same session most likely shares with this one."""
    kept: dict[str, Any] = {"language": str(form.language.data), "handling": str(form.handling.data)}
    if form.themes.data:
        kept["theme"] = form.themes.data
    if "due" in form and form.due.data:
        kept["due"] = form.due.data.isoformat()
    return kept


def _carry_over(form: OutcomeForm) -> None:
    """Fill in what the address brings along from the outcome before; nonsense is passed over."""
    language, handling = request.args.get("language"), request.args.get("handling")
    if language in {str(member) for member in Language}:
        form.language.data = Language(language)
    if handling in {str(member) for member in Handling}:
        form.handling.data = Handling(handling)
    offered = {number for number, _name in form.themes.choices}
    form.themes.data = [number for number in request.args.getlist("theme", type=int) if number in offered]
    if "due" in form and request.args.get("due"):
        try:
            form.due.data = date.fromisoformat(request.args["due"])
        except ValueError:
            form.due.data = None
