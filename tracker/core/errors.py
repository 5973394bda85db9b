"""What can go wrong, as exceptions that say what to do; and the pages that show it."""

from typing import Any


class TrackerError(Exception):
    """Something a person can mend; the message says how."""

    status = 400

    def __init__(self, message: Any) -> None:
        super().__init__(str(message))
        self.message = message


class InvalidInput(TrackerError):
    """A value that cannot be taken; `field` names the form field, if one is to blame."""

    status = 422

    def __init__(self, message: Any, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Denied(TrackerError):
    """The actor may not do this; the message says who may."""

    status = 403


class NotFound(TrackerError):
    """There is no such record, or the actor may not know of it."""

    status = 404


class EditConflict(TrackerError):
    """Somebody else saved the record meanwhile; nothing was overwritten."""

    status = 409
