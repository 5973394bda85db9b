"""The fixed lists of follow-up.

Sources of the shapes: NTSB (the issuer classifies a response, never the addressee), GRECO (implemented,
partly, not), UN Joint Inspection Unit (acceptance and implementation are two axes).
"""

from flask_babel import lazy_gettext as _l

from tracker.core.vocabulary import Vocabulary


class Position(Vocabulary):
    """What the addressee says to the recommendation."""

    AWAITING_REPLY = "awaiting-reply", _l("Awaiting reply")
    UNDER_CONSIDERATION = "under-consideration", _l("Under consideration")
    ACCEPTED = "accepted", _l("Accepted")
    ACCEPTED_WITH_ALTERNATIVE = "accepted-with-alternative", _l("Accepted with alternative")
    NOT_ACCEPTED = "not-accepted", _l("Not accepted")
    NOT_APPLICABLE = "not-applicable", _l("Not applicable")

    @property
    def is_declined(self) -> bool:
        """Whether nothing is owed after it."""
        return self in (Position.NOT_ACCEPTED, Position.NOT_APPLICABLE)


class Implementation(Vocabulary):
    """How far it has been carried out."""

    NOT_STARTED = "not-started", _l("Not started")
    PLANNED = "planned", _l("Planned")
    IN_PROGRESS = "in-progress", _l("In progress")
    PARTLY_IMPLEMENTED = "partly-implemented", _l("Partly implemented")
    IMPLEMENTED = "implemented", _l("Implemented")
    IMPLEMENTED_OTHERWISE = "implemented-otherwise", _l("Implemented otherwise")
    CLOSED_SUPERSEDED = "closed-superseded", _l("Closed: superseded")
    CLOSED_NO_LONGER_RELEVANT = "closed-no-longer-relevant", _l("Closed: no longer relevant")
    CLOSED_NOT_IMPLEMENTED = "closed-not-implemented", _l("Closed: not implemented")

    @property
    def is_closed(self) -> bool:
        """Whether a reviewer closed it; only a reviewer reopens it."""
        return self.startswith("closed-")

    @property
    def is_open(self) -> bool:
        """Whether something is still owed."""
        done = (Implementation.IMPLEMENTED, Implementation.IMPLEMENTED_OTHERWISE)
        return not self.is_closed and self not in done


class Assurance(Vocabulary):
    """How sure one can be of the implementation."""

    NONE = "none", _l("No assurance")
    SELF_REPORTED = "self-reported", _l("Self-reported")
    EVIDENCE_ATTACHED = "evidence-attached", _l("Evidence attached")
    VERIFIED = "verified", _l("Verified")
    DISPUTED = "disputed", _l("Disputed")


class Stage(Vocabulary):
    """How far a party has taken up a practice."""

    INTERESTED = "interested", _l("Interested")
    ASSESSING_FIT = "assessing-fit", _l("Assessing fit")
    ADAPTING = "adapting", _l("Adapting")
    PILOTING = "piloting", _l("Piloting")
    ADOPTED = "adopted", _l("Adopted")
    SUSTAINED = "sustained", _l("Sustained")
    NOT_TRANSFERABLE = "not-transferable", _l("Not transferable")
    STOPPED = "stopped", _l("Stopped")


class Finding(Vocabulary):
    """What a reviewer of another party finds."""

    VERIFIED = "verified", _l("Verified")
    PARTLY_VERIFIED = "partly-verified", _l("Verified in part")
    DISPUTED = "disputed", _l("Disputed")
    CLOSED = "closed", _l("Closed")
    REOPENED = "reopened", _l("Reopened")


class EvidenceKind(Vocabulary):
    """In which form evidence is given."""

    FILE = "file", _l("File")
    LINK = "link", _l("Link")
    RESTRICTED = "restricted", _l("Restricted, seen by")
