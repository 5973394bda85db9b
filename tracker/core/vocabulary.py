"""Fixed lists of words: an enumeration whose members carry a slug and a translated label."""

from enum import StrEnum
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import Enum as SqlEnum


class Vocabulary(StrEnum):
    """A fixed list; each member is its slug and has a translated `label`.

    Members are written ``NAME = "slug", _l("Label")``.
    """

    label: Any

    def __new__(cls, slug: str, label: Any = None) -> Self:
        """Make the member a string equal to its slug, with its label beside it."""
        member = str.__new__(cls, slug)
        member._value_ = slug
        member.label = label if label is not None else slug
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, Any]]:
        """Slug and label of every member, in order, as form fields take them."""
        return [(str(member), member.label) for member in cls]


def slug_column(vocabulary: type[Vocabulary]) -> SqlEnum:
    """Column type that stores the slug of a member as text, on every database."""
    return SqlEnum(
        vocabulary,
        native_enum=False,
        length=40,
        values_callable=lambda members: [str(member) for member in members],
        validate_strings=True,
        create_constraint=False,
    )


class Language(Vocabulary):
    """The languages of interface and content, each named in itself."""

    EN = "en", "English"
    FR = "fr", "Français"
    ES = "es", "Español"
    AR = "ar", "العربية"

    @property
    def direction(self) -> str:
        """Direction of writing, ``ltr`` or ``rtl``, as HTML's ``dir`` takes it."""
        return "rtl" if self is Language.AR else "ltr"


class Handling(Vocabulary):
    """Traffic Light Protocol 2.0 label, from least to most restricted (FIRST, 2022).

    The labels are written as they are in every language; what they mean is translated.
    """

    CLEAR = "TLP:CLEAR", "TLP:CLEAR"
    GREEN = "TLP:GREEN", "TLP:GREEN"
    AMBER = "TLP:AMBER", "TLP:AMBER"
    AMBER_STRICT = "TLP:AMBER+STRICT", "TLP:AMBER+STRICT"
    RED = "TLP:RED", "TLP:RED"

    @property
    def rank(self) -> int:
        """How restricted it is: 0 for CLEAR, 4 for RED."""
        return _RANKS[self]

    @property
    def meaning(self) -> Any:
        """Who may read in Tracker what is marked so."""
        return _MEANINGS[self]

    @property
    def wording(self) -> Any:
        """The sentence by which the standard defines the label: how far a receiver may pass it on.

        AMBER+STRICT has no entry of its own in the standard; its sentence is that of AMBER without the
        clients, which is how the standard restricts it.
        """
        return _WORDINGS[self]

    def or_higher(self, other: "Handling") -> "Handling":
        """The more restricted of the two: what lies in a record is never less restricted than the record."""
        return other if other.rank > self.rank else self


_RANKS = {label: rank for rank, label in enumerate(Handling)}
_MEANINGS = {
    Handling.CLEAR: _l("Everyone signed in may read this, and the public when public reading is on."),
    Handling.GREEN: _l("Everyone signed in may read this. Not for the public."),
    Handling.AMBER: _l("Only parties that took part in the workshop or are addressed may read this."),
    Handling.AMBER_STRICT: _l("Only the parties named on this record may read it."),
    Handling.RED: _l("Only the people named on this record may read it."),
}
# Traffic Light Protocol, Standards Definitions and Usage Guidance, version 2.0, section 4.
_WORDINGS = {
    Handling.CLEAR: _l("Recipients can spread this to the world, there is no limit on disclosure."),
    Handling.GREEN: _l("Limited disclosure, recipients can spread this within their community."),
    Handling.AMBER: _l(
        "Limited disclosure, recipients can only spread this on a need-to-know basis within their "
        "organization and its clients."
    ),
    Handling.AMBER_STRICT: _l(
        "Limited disclosure, recipients can only spread this on a need-to-know basis within their "
        "organization."
    ),
    Handling.RED: _l("For the eyes and ears of individual recipients only, no further disclosure."),
}


class RoleName(Vocabulary):
    """What a person may do; rapporteurs are also named on their workshops, focal points have a party."""

    READER = "reader", _l("Reader")
    EXPERT = "expert", _l("Expert")
    RAPPORTEUR = "rapporteur", _l("Rapporteur")
    FOCAL_POINT = "focal-point", _l("Focal point")
    REVIEWER = "reviewer", _l("Reviewer")
    COORDINATOR = "coordinator", _l("Coordinator")
    ADMINISTRATOR = "administrator", _l("Administrator")
