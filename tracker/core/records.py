"""Records by their numbers, as services find what a form chose."""

from collections.abc import Iterable
from typing import TypeVar

from flask_babel import gettext as _
from sqlalchemy import inspect, select

from tracker.core.db import Base, db
from tracker.core.errors import InvalidInput

T = TypeVar("T", bound=Base)


def records(model: type[T], ids: Iterable[int], field: str) -> list[T]:
    """The records with these numbers, in the same order, none twice.

    Raises InvalidInput, on the form field `field`, when one is gone.
    """
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return []
    number = inspect(model).primary_key[0]
    rows = db.session.execute(select(number, model).where(number.in_(wanted))).tuples()
    found = dict(list(rows))
    if len(found) < len(wanted):
        raise InvalidInput(_("Something chosen here no longer exists. Choose again."), field)
    return [found[key] for key in wanted]
