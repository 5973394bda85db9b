"""The blueprint that the modules of this room's pages share."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
