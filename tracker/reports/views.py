"""The home page, the overview, and the export."""

from typing import Any

from flask import Blueprint, render_template

from tracker.core.csv_files import csv_download
from tracker.core.permissions import Permission, current_actor
from tracker.core.routes import requires
from tracker.core.security import bounded_export
from tracker.followup import queries as followup
from tracker.reports import queries, service
from tracker.reports.csv_export import export_rows
from tracker.workshops import queries as workshops

bp = Blueprint("reports", __name__)


@bp.get("/")
@requires(Permission.HOME_READ)
def home() -> str:
    """Three doors, what awaits me, and the latest workshops."""
    actor = current_actor()
    return render_template(
        "reports/home.html", awaiting=followup.awaiting(actor), recent=workshops.recent(actor, limit=5)
    )


@bp.get("/reports/")
@requires(Permission.REPORT_READ)
def overview() -> str:
    """How much there is and how far it has come, in figures that lead to the lists behind them."""
    return render_template("reports/overview.html", figures=queries.overview(current_actor()))


@bp.get("/reports/export.csv")
@requires(Permission.REPORT_EXPORT)
@bounded_export
def export() -> Any:
    """Every published outcome that the actor may see, in the columns that the import takes."""
    actor = current_actor()
    service.note_export(actor)
    return csv_download(export_rows(actor), "tracker")
