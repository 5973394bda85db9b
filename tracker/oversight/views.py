"""Pages of oversight: the audit log, who can see a record, emergency opening, settings."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.core.addresses import elsewhere
from tracker.core.csv_files import csv_download
from tracker.core.db import now
from tracker.core.errors import EditConflict, InvalidInput
from tracker.core.paging import page_number
from tracker.core.permissions import Permission, current_actor
from tracker.core.routes import requires
from tracker.core.security import bounded_export
from tracker.outcomes.models import Outcome
from tracker.oversight import access, emergency, export, log, settings
from tracker.oversight.forms import EmergencyForm, LogFilterForm, settings_form
from tracker.oversight.words import ACTS, KINDS

bp = Blueprint("oversight", __name__)


def _log_filters() -> LogFilterForm:
    form = LogFilterForm(formdata=request.args)
    form.offer()
    return form


@bp.get("/audit/")
@requires(Permission.AUDIT_READ)
def audit() -> str:
    """The audit log, filtered, the newest first."""
    form = _log_filters()
    page = log.list_page(current_actor(), form.filters(), page_number())
    return render_template(
        "oversight/audit.html",
        form=form,
        page=page,
        chips=form.chips(),
        acts=ACTS,
        kinds=KINDS,
        export_url=elsewhere("oversight.export_audit"),
    )


@bp.get("/audit/export.csv")
@requires(Permission.AUDIT_READ)
@bounded_export
def export_audit() -> Response:
    """What the filters leave of the audit log, as CSV."""
    actor, filters = current_actor(), _log_filters().filters()
    export.note(actor, filters)
    return csv_download(export.export_rows(actor, filters), "tracker-audit")


@bp.get("/outcomes/<ref>/access")
@requires(Permission.ACCESS_REVIEW)
def outcome_access(ref: str) -> str:
    """Who can see an outcome, and why."""
    return _access_page(access.outcome_for_review(current_actor(), ref))


@bp.get("/workshops/<code>/access")
@requires(Permission.ACCESS_REVIEW)
def workshop_access(code: str) -> str:
    """Who can see a workshop, and why."""
    return _access_page(access.workshop_for_review(current_actor(), code))


def _access_page(record: Any) -> str:
    return render_template(
        "oversight/access.html",
        record=record,
        is_outcome=isinstance(record, Outcome),
        readable=access.is_readable(current_actor(), record),
        overview=access.overview_of(current_actor(), record),
        openings=emergency.openings_of(record),
    )


@bp.route("/emergency", methods=["GET", "POST"])
@requires(Permission.EMERGENCY_OPEN)
def open_in_emergency() -> Any:
    """Open a marked record for a stated emergency; the latest openings."""
    form = EmergencyForm()
    if form.validate_on_submit():
        try:
            record = emergency.open_record(current_actor(), form.name.data, form.reason.data)
        except InvalidInput as error:
            form.refuse(error)
        else:
            flash(_("The record is open to you for a while. Its owner was told."), "success")
            if isinstance(record, Outcome):
                return redirect(url_for("outcomes.detail", ref=record.ref))
            return redirect(url_for("workshops.detail", code=record.code))
    openings = emergency.recent()
    page = render_template(
        "oversight/emergency.html",
        form=form,
        openings=openings,
        names=emergency.names_of(openings),
        now=now(),
    )
    return page, 422 if form.errors else 200


@bp.post("/emergency/<int:opening_id>/end")
@requires(Permission.EMERGENCY_OPEN)
def end_emergency(opening_id: int) -> Any:
    """End an emergency opening of one's own before its time."""
    emergency.end_opening(current_actor(), opening_id)
    flash(_("The record is closed to you again."), "success")
    return redirect(url_for("oversight.open_in_emergency"))


@bp.route("/settings", methods=["GET", "POST"])
@requires(Permission.SETTINGS_CHANGE)
def change_settings() -> Any:
    """The settings: those that can be changed here, and those that whoever runs the instance decides."""
    form = settings_form(settings.changeable())
    if form.validate_on_submit():
        try:
            changed = settings.change_settings(current_actor(), form.data, form.seen_version)
        except InvalidInput as error:
            form.refuse(error)
        except EditConflict as conflict:
            form.refuse(InvalidInput(conflict.message))
        else:
            flash(_("The settings were saved.") if changed else _("Nothing was changed."), "success")
            return redirect(url_for("oversight.change_settings"))
    page = render_template("oversight/settings.html", form=form, fixed=settings.fixed())
    return page, 422 if form.errors else 200
