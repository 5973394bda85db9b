"""Forms of single acts on an outcome: retiring it, linking it."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from tracker.core.forms import SlugField, TrackerForm, VersionedForm, long_field
from tracker.outcomes.fields import reference
from tracker.outcomes.vocabulary import LinkKind


class RetireForm(VersionedForm):
    """Why an outcome is retired, and what takes its place."""

    reason = long_field(
        _l("Reason"), required=True, description=_l("Readers see it. For example: carried out, or replaced.")
    )
    successor = StringField(
        _l("Successor"),
        [Length(max=20), reference],
        description=_l("Reference of the outcome that takes its place, such as REC-2024-0007."),
    )


class DiscardForm(VersionedForm):
    """Which state of a draft was seen when somebody asked to throw it away."""


class LinkForm(TrackerForm):
    """A link to another outcome."""

    kind = SlugField(_l("This outcome …"), LinkKind)
    target = StringField(
        _l("Reference of the other outcome"),
        [InputRequired(_l("Write its reference.")), Length(max=20), reference],
        description=_l("Such as REC-2024-0007; it stands on every page that shows the outcome."),
    )


class UnlinkForm(TrackerForm):
    """Which link to take away."""

    kind = HiddenField()
    target = HiddenField()
