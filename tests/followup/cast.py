"""Short ways to act in the tests of this room."""

import io
from typing import Any

from werkzeug.datastructures import FileStorage

from tests import sound_files
from tracker.core.db import db
from tracker.core.vocabulary import Handling, Language
from tracker.followup import service
from tracker.followup.data import AssessData, EvidenceData, ReportData
from tracker.followup.models import Commitment
from tracker.followup.vocabulary import EvidenceKind, Finding, Implementation, Position

#: A PDF that can be attached.
DECREE = sound_files.pdf("Decree 12")


def upload(name: str = "decree.pdf", content: bytes = DECREE) -> FileStorage:
    return FileStorage(io.BytesIO(content), filename=name)


def a_file(**fields: Any) -> EvidenceData:
    return EvidenceData(kind=EvidenceKind.FILE, file=upload(), **fields)


def a_link(url: str = "https://example.org/decree", **fields: Any) -> EvidenceData:
    return EvidenceData(kind=EvidenceKind.LINK, url=url, **fields)


def an_office(seen_by: str = "Ministry of Justice", **fields: Any) -> EvidenceData:
    return EvidenceData(kind=EvidenceKind.RESTRICTED, seen_by=seen_by, **fields)


def claim(position: str | None = None, implementation: str | None = None, **fields: Any) -> ReportData:
    """A report in the slugs of the vocabularies."""
    return ReportData(
        position=Position(position) if position else None,
        implementation=Implementation(implementation) if implementation else None,
        **_plain(fields),
    )


def finding(found: str, implementation: str | None = None, **fields: Any) -> AssessData:
    """An assessment in the slugs of the vocabularies."""
    return AssessData(
        finding=Finding(found),
        implementation=Implementation(implementation) if implementation else None,
        **_plain(fields),
    )


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    if "handling" in fields:
        fields["handling"] = Handling(fields["handling"])
    if "language" in fields:
        fields["language"] = Language(fields["language"])
    return fields


def standing(commitment: Commitment) -> tuple[str | None, str | None, str]:
    """Position, implementation and assurance as the database has them now."""
    db.session.rollback()
    found = db.session.get_one(Commitment, commitment.id)
    return found.position, found.implementation, found.assurance


def implemented(make: Any, party: str = "JO", *, evidence: bool = True, **fields: Any) -> Commitment:
    """A commitment that its party claims to have implemented."""
    commitment: Commitment = make.commitment(party, **fields)
    pieces = [a_link()] if evidence else []
    focal_point = make.actor("focal-point", party=party)
    service.report(focal_point, commitment, claim("accepted", "implemented", evidence=pieces))
    return commitment
