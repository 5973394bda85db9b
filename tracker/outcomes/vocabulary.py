"""The fixed lists of outcomes."""

from flask_babel import lazy_gettext as _l

from tracker.core.vocabulary import Vocabulary


class Kind(Vocabulary):
    """What an outcome is."""

    RECOMMENDATION = "recommendation", _l("Recommendation")
    PRACTICE = "practice", _l("Best practice")

    @property
    def prefix(self) -> str:
        """First part of the references of this kind."""
        return "REC" if self is Kind.RECOMMENDATION else "PRA"


class Record(Vocabulary):
    """Where the record of an outcome stands; it only moves forward."""

    DRAFT = "draft", _l("Draft")
    PUBLISHED = "published", _l("Published")
    RETIRED = "retired", _l("Retired")


class Quality(Vocabulary):
    """How well a practice is established; inspiring is not yet peer-reviewed (RAN)."""

    REPORTED = "reported", _l("Reported")
    DOCUMENTED = "documented", _l("Documented")
    PEER_REVIEWED = "peer-reviewed", _l("Peer-reviewed")
    RECOMMENDED = "recommended", _l("Recommended")
    RETIRED = "retired", _l("Retired")


class Priority(Vocabulary):
    """How urgent a recommendation is."""

    HIGH = "high", _l("High")
    MEDIUM = "medium", _l("Medium")
    LOW = "low", _l("Low")


class LinkKind(Vocabulary):
    """How one outcome stands to another; read from the first to the second."""

    REITERATES = "reiterates", _l("Reiterates")
    REFINES = "refines", _l("Refines")
    CONTRADICTS = "contradicts", _l("Contradicts")
    SUPERSEDES = "supersedes", _l("Supersedes")
    ANSWERS = "answers", _l("Answers")

    @property
    def reverse_label(self) -> object:
        """The same link read from the second to the first."""
        return _REVERSE[self]


_REVERSE = {
    LinkKind.REITERATES: _l("Reiterated by"),
    LinkKind.REFINES: _l("Refined by"),
    LinkKind.CONTRADICTS: _l("Contradicted by"),
    LinkKind.SUPERSEDES: _l("Superseded by"),
    LinkKind.ANSWERS: _l("Answered by"),
}
