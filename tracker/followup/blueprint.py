"""The blueprint that the modules of pages share, and what templates may ask about a commitment."""

from flask import Blueprint

from tracker.followup.signs import signs, stale_months

bp = Blueprint("followup", __name__)
bp.add_app_template_global(signs, "followup_signs")
bp.add_app_template_global(stale_months, "followup_stale_months")
