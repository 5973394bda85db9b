"""What is handed to the services: the contents of an outcome, as plain values and record numbers."""

from dataclasses import dataclass, field, fields
from datetime import date

from tracker.core.vocabulary import Handling, Language
from tracker.outcomes.vocabulary import Kind, Priority, Quality

#: The parts of a text that both kinds have, in the order in which pages show them.
TEXT_PARTS = ("title", "text", "rationale", "safeguards")
#: The parts that only a practice has (after FAO's template for good practices).
PRACTICE_PARTS = ("context", "actions", "results", "success_factors", "constraints", "conditions")


def clean(words: str) -> str:
    """A part of a text as it is stored: without blanks around it, its lines ended alike."""
    return words.strip().replace("\r\n", "\n")


@dataclass(slots=True)
class TextData:
    """One language version of an outcome, to be saved as it stands."""

    language: Language
    text: str = ""
    title: str = ""
    rationale: str = ""
    safeguards: str = ""
    context: str = ""
    actions: str = ""
    results: str = ""
    success_factors: str = ""
    constraints: str = ""
    conditions: str = ""

    def parts(self) -> dict[str, str]:
        """The parts by name, without the language."""
        return {part.name: getattr(self, part.name) for part in fields(self) if part.name != "language"}


@dataclass(slots=True)
class OutcomeData:
    """An outcome to be logged or changed; lists of `_ids` hold the numbers of parties, people and themes.

    The first of `texts` is the authentic one unless `language` says otherwise. On a change `kind`,
    `workshop_id`, `external_ref` and `illustrative` stay as they are in the record, and so do its handling,
    who is named on it, the Chatham House Rule, and language versions that `texts` does not hold.
    """

    kind: Kind
    texts: list[TextData]
    workshop_id: int | None = None
    #: Language of the authentic text; None takes that of the first text.
    language: Language | None = None
    theme_ids: list[int] = field(default_factory=list)
    #: The words that the source used for a theme, by the theme's number.
    themes_as_given: dict[int, str] = field(default_factory=dict)
    #: Whom a recommendation addresses; a practice has none.
    addressee_ids: list[int] = field(default_factory=list)
    #: None keeps those that stand, which a form does not show under the Chatham House Rule.
    proposer_ids: list[int] | None = field(default_factory=list)
    named_party_ids: list[int] = field(default_factory=list)
    named_person_ids: list[int] = field(default_factory=list)
    due: date | None = None
    priority: Priority | None = None
    #: Only a practice has one; None means reported.
    quality: Quality | None = None
    contact: str | None = None
    source_url: str | None = None
    #: None takes the workshop's label, or GREEN without a workshop.
    handling: Handling | None = None
    chatham_house: bool = False
    external_ref: str | None = None
    illustrative: bool = False
