"""What the acts of follow-up take in, as values: forms, the API and the demonstration fill them alike."""

from dataclasses import dataclass, field
from datetime import date

from werkzeug.datastructures import FileStorage

from tracker.core.vocabulary import Handling, Language
from tracker.followup.vocabulary import EvidenceKind, Finding, Implementation, Position, Stage


@dataclass(slots=True)
class EvidenceData:
    """One piece of evidence; which of `file`, `url` and `seen_by` it needs follows from its kind.

    `handling` None means as the update. A blank title is taken from the file, the address or the office.
    """

    kind: EvidenceKind
    title: str = ""
    dated: date | None = None
    file: FileStorage | None = None
    url: str = ""
    seen_by: str = ""
    handling: Handling | None = None


@dataclass(slots=True)
class ReportData:
    """What a focal point claims; a field left at None says nothing new about it.

    `seen_version` is the version of the commitment that the person saw, None where nobody looked.
    """

    position: Position | None = None
    implementation: Implementation | None = None
    text: str = ""
    reason: str = ""
    language: Language = Language.EN
    handling: Handling | None = None
    evidence: list[EvidenceData] = field(default_factory=list)
    seen_version: int | None = None


@dataclass(slots=True)
class AssessData:
    """What a reviewer finds; `implementation` is the state found where it differs from the claim."""

    finding: Finding
    implementation: Implementation | None = None
    text: str = ""
    reason: str = ""
    language: Language = Language.EN
    handling: Handling | None = None
    seen_version: int | None = None


@dataclass(slots=True)
class AdoptionData:
    """What a focal point tells about taking up a practice; `stage` None says nothing new about it."""

    stage: Stage | None = None
    text: str = ""
    obstacles: str = ""
    adaptations: str = ""
    reason: str = ""
    language: Language = Language.EN
    handling: Handling | None = None
    evidence: list[EvidenceData] = field(default_factory=list)
    seen_version: int | None = None
