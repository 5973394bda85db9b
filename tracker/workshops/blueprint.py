"""The blueprint that the modules of this room's pages share."""

from flask import Blueprint

bp = Blueprint("workshops", __name__, url_prefix="/workshops")
