"""The blueprint of the pages that belong to no other room."""

from flask import Blueprint

bp = Blueprint("core", __name__)
