"""What is handed to the services: the facts of a workshop, as plain values and record numbers."""

from dataclasses import dataclass, field
from datetime import date

from tracker.core.vocabulary import Handling, Language


@dataclass(slots=True)
class NewFile:
    """A file to attach: the title people see, the file's own name, and its bytes."""

    title: str
    name: str
    content: bytes


@dataclass(slots=True)
class WorkshopData:
    """A workshop to be recorded or changed; lists of `_ids` hold the numbers of parties and people."""

    title: str
    #: Empty makes one of date and place; ignored on a change, since the code is the workshop's stable name.
    code: str = ""
    #: Language of title and summary.
    language: Language = Language.EN
    place: str = ""
    country_id: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    host_ids: list[int] = field(default_factory=list)
    participant_ids: list[int] = field(default_factory=list)
    #: Names of bodies that are not known yet and are to be added.
    new_hosts: list[str] = field(default_factory=list)
    new_participants: list[str] = field(default_factory=list)
    #: Working languages, as codes.
    languages: list[str] = field(default_factory=list)
    line_of_action: str = ""
    summary: str = ""
    #: Of a new workshop; on a change it stays as it is in the record.
    handling: Handling = Handling.GREEN
    rapporteur_ids: list[int] = field(default_factory=list)
    files: list[NewFile] = field(default_factory=list)
    illustrative: bool = False
