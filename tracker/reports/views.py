"""The home page, the overview, and the export."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, stream_with_context

from tracker.core.db import today
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
    answer = Response(stream_with_context(_lines(export_rows(actor))), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="tracker-{_stamp(today())}.csv"'
    return answer


def _stamp(day: date) -> str:
    return day.isoformat()


def _lines(rows: Iterator[list[str]]) -> Iterator[str]:
    # The mark tells spreadsheet programs that the file is UTF-8; the import ignores it.
    yield "\ufeff"
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow(row)
        yield line.getvalue()
