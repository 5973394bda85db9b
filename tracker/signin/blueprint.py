"""The blueprint of the pages of signing in and of one's own account."""

from flask import Blueprint, request
from werkzeug.exceptions import UnsupportedMediaType

bp = Blueprint("signin", __name__)


@bp.before_request
def forms_only() -> None:
    """Refuse bodies of JSON, which the form library would read like a form: these pages are for people."""
    if request.is_json:
        raise UnsupportedMediaType
