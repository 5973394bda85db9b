"""What is written down when something leaves Tracker."""

from tracker.core import audit
from tracker.core.db import unit_of_work
from tracker.core.permissions import Actor, Permission, require


def note_export(actor: Actor) -> None:
    """Record that the actor took an export; raises Denied when they may not."""
    require(actor, Permission.REPORT_EXPORT)
    with unit_of_work():
        audit.record(actor, "export", "export", None, after={"format": "csv"})
