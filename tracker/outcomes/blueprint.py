"""The blueprint that the modules of this room's pages share."""

from flask import Blueprint

from tracker.outcomes import of_workshop
from tracker.workshops import contents

bp = Blueprint("outcomes", __name__)
# A workshop's page shows its outcomes; the room below asks for them through this.
bp.record_once(lambda state: contents.connect(state.app, of_workshop))
