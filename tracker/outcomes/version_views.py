"""Pages of an outcome's language versions and its history."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from tracker.core.conflicts import Difference, differences
from tracker.core.errors import InvalidInput
from tracker.core.permissions import Permission, current_actor, require
from tracker.core.routes import requires
from tracker.core.vocabulary import Language
from tracker.outcomes import queries, service
from tracker.outcomes.blueprint import bp
from tracker.outcomes.change_views import closed_to_changes
from tracker.outcomes.conflicts import OutcomeConflict, text_of, text_version
from tracker.outcomes.data import PRACTICE_PARTS, TEXT_PARTS
from tracker.outcomes.forms import VersionForm
from tracker.outcomes.history import PARTS, history_of_outcome
from tracker.outcomes.vocabulary import Kind, Record


def _parts(kind: Kind) -> list[tuple[str, Any]]:
    """The parts that a text of this kind has: name and label of each."""
    names = TEXT_PARTS if kind is Kind.RECOMMENDATION else TEXT_PARTS + PRACTICE_PARTS
    return [(name, PARTS[name]) for name in names]


@bp.get("/outcomes/<ref>/versions")
@requires(Permission.OUTCOME_READ)
def versions(ref: str) -> str:
    """All language versions side by side, and what is missing."""
    outcome = queries.by_ref(current_actor(), ref)
    texts = {language: text_of(outcome, language) for language in Language}
    return render_template("outcomes/versions.html", outcome=outcome, texts=texts, parts=_parts(outcome.kind))


@bp.route("/outcomes/<ref>/versions/<any(en, fr, es, ar):language>", methods=["GET", "POST"])
@requires(Permission.OUTCOME_EDIT)
def version(ref: str, language: str) -> Any:
    """Add or change one language version, beside the authentic text."""
    actor = current_actor()
    outcome = queries.by_ref(actor, ref)
    require(actor, Permission.OUTCOME_EDIT, outcome)
    if outcome.record is Record.RETIRED:
        return closed_to_changes(outcome)
    wanted = Language(language)
    text = text_of(outcome, wanted)
    form = VersionForm()
    form.keep_only(outcome.kind)
    found: list[Difference] | None = None
    if not form.is_submitted():
        form.show(text)
    elif form.validate():
        save = service.add_version if text is None else service.edit_version
        try:
            save(actor, outcome, wanted, form.text_data(wanted), form.seen_version)
        except InvalidInput as error:
            form.refuse(error)
        except OutcomeConflict as conflict:
            outcome = queries.by_ref(actor, ref)
            text = text_of(outcome, wanted)
            theirs = VersionForm(formdata=None)
            theirs.keep_only(outcome.kind)
            theirs.show(text)
            found = differences(theirs, form)
            form.refuse(InvalidInput(conflict.message))
            # Sent again, the form then says that its writer has seen what stands now.
            form.version.data = str(text_version(text))
        else:
            flash(_("The version in %(language)s was saved.", language=wanted.label), "success")
            return redirect(url_for("outcomes.detail", ref=outcome.ref, lang=language))
    return render_template(
        "outcomes/version.html",
        outcome=outcome,
        form=form,
        language=wanted,
        text=text,
        original=text_of(outcome, outcome.language),
        parts=_parts(outcome.kind),
        differences=found,
    )


@bp.get("/outcomes/<ref>/history")
@requires(Permission.OUTCOME_READ)
def history(ref: str) -> str:
    """Who changed what, and when."""
    actor = current_actor()
    outcome = queries.by_ref(actor, ref)
    return render_template("outcomes/history.html", outcome=outcome, lines=history_of_outcome(actor, outcome))
