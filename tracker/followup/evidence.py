"""Taking in evidence: a file, a link never fetched, or the office that has seen what is not shared."""

from flask_babel import gettext as _

from tracker.core import files
from tracker.core.addresses import is_web_address
from tracker.core.clock import today
from tracker.core.errors import InvalidInput
from tracker.core.vocabulary import Handling
from tracker.followup.data import EvidenceData
from tracker.followup.models import Evidence
from tracker.followup.vocabulary import EvidenceKind

#: Longest office and title, in characters.
LONGEST_LINE = 300


def check(pieces: list[EvidenceData]) -> None:
    """Raise InvalidInput, on the field "evidence", for the first piece that lacks what its kind needs."""
    for piece in pieces:
        if len(piece.title) > LONGEST_LINE or len(piece.seen_by) > LONGEST_LINE:
            raise InvalidInput(_("Evidence: shorten the title or the office to 300 characters."), "evidence")
        if piece.kind is EvidenceKind.FILE and (piece.file is None or not piece.file.filename):
            raise InvalidInput(_("Evidence: choose the file."), "evidence")
        if piece.kind is EvidenceKind.LINK and not is_web_address(piece.url):
            raise InvalidInput(_("Evidence: write the whole address, beginning with https://"), "evidence")
        if piece.kind is EvidenceKind.RESTRICTED and not piece.seen_by:
            raise InvalidInput(
                _("Evidence: name the office that has seen it, without any detail of it."), "evidence"
            )
        if piece.dated and piece.dated > today():
            raise InvalidInput(_("Evidence: its date is in the future. Write the date it bears."), "evidence")


def take_in(pieces: list[EvidenceData], handling: Handling) -> list[Evidence]:
    """Rows for pieces that were checked; stores the files. No piece is less restricted than its update."""
    return [_row(piece, handling) for piece in pieces]


def _row(piece: EvidenceData, handling: Handling) -> Evidence:
    own = piece.handling or handling
    row = Evidence(kind=piece.kind, dated=piece.dated, handling=own if own.rank > handling.rank else handling)
    if piece.kind is EvidenceKind.FILE and piece.file is not None:
        row.file = files.store_upload(piece.file)
    elif piece.kind is EvidenceKind.LINK:
        row.url = piece.url
    else:
        row.seen_by = piece.seen_by
    row.title = (piece.title or (row.file.name if row.file else None) or row.url or row.seen_by or "")[
        :LONGEST_LINE
    ]
    return row
