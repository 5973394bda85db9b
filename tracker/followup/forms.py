"""Forms of follow-up: to report, to assess, to take up, to set a due date."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import DateField, FieldList, Form, FormField, SelectField
from wtforms.validators import InputRequired, Optional, ValidationError

from tracker.accounts.models import Party
from tracker.core.addresses import LONGEST_ADDRESS
from tracker.core.clock import today
from tracker.core.errors import InvalidInput
from tracker.core.files import check_upload
from tracker.core.forms import (
    SlugField,
    TrackerForm,
    VersionedForm,
    long_field,
    text_field,
    web_address,
)
from tracker.core.i18n import current_language
from tracker.core.vocabulary import Handling, Language
from tracker.followup.data import AdoptionData, AssessData, EvidenceData, ReportData
from tracker.followup.evidence import LONGEST_LINE
from tracker.followup.models import Adoption, Commitment
from tracker.followup.visibility import readers_of_item
from tracker.followup.vocabulary import EvidenceKind, Finding, Implementation, Position, Stage
from tracker.outcomes.models import Outcome
from tracker.workshops.fields import HandlingField

#: Rows for evidence in one form; a further report takes more.
ROWS = 3


class EvidenceForm(Form):  # type: ignore[misc]
    """Evidence under one title and date: a file, an address, both, or the office that saw it."""

    title = text_field(_l("Title"), longest=LONGEST_LINE)
    dated = DateField(_l("Date of the document"), [Optional()])
    file = FileField(_l("File"))
    url = text_field(_l("Link"), longest=LONGEST_ADDRESS)
    seen_by = text_field(_l("Restricted: which office has seen it"), longest=LONGEST_LINE)
    handling = SlugField(_l("Label of this evidence"), Handling, blank=_l("As the report"))

    def validate_url(self, field: Any) -> None:
        """The address is a whole one."""
        web_address(self, field)

    def validate_file(self, field: Any) -> None:
        """The file can be attached."""
        if field.data and field.data.filename:
            try:
                check_upload(field.data)
            except InvalidInput as error:
                raise ValidationError(str(error.message)) from error

    def validate_dated(self, field: Any) -> None:
        """What exists bears no date to come."""
        if field.data and field.data > today():
            raise ValidationError(_("This date is in the future. Write the date that the document bears."))

    @property
    def given(self) -> list[EvidenceKind]:
        """The kinds of which something was given."""
        ways = (
            (EvidenceKind.FILE, bool(self.file.data and self.file.data.filename)),
            (EvidenceKind.LINK, bool(self.url.data)),
            (EvidenceKind.RESTRICTED, bool(self.seen_by.data)),
        )
        return [kind for kind, is_given in ways if is_given]

    def validate(self, extra_validators: Any = None) -> bool:
        """What may not be shared stands alone in its row, and nothing stands without its evidence."""
        valid: bool = super().validate(extra_validators)
        if len(self.given) > 1 and EvidenceKind.RESTRICTED in self.given:
            said = _("What may not be shared has no file and no link. Give the office a row of its own.")
            self.seen_by.errors = [*self.seen_by.errors, said]
            return False
        if not self.given and (self.title.data or self.dated.data):
            said = _("Add the file, the link or the office that has seen it.")
            self.file.errors = [*self.file.errors, said]
            return False
        return valid

    def pieces(self) -> list[EvidenceData]:
        """What was filled in: a file and a link in one row are two pieces; none where it was left empty."""
        return [
            EvidenceData(
                kind=kind,
                title=self.title.data or "",
                dated=self.dated.data,
                file=self.file.data if kind is EvidenceKind.FILE else None,
                url=self.url.data or "" if kind is EvidenceKind.LINK else "",
                seen_by=self.seen_by.data or "" if kind is EvidenceKind.RESTRICTED else "",
                handling=self.handling.data,
            )
            for kind in self.given
        ]


def _as_it_is(value: Any) -> str:
    said: str = value.label if value is not None else _("not stated")
    return str(_("As it is: %(state)s", state=said))


class ItemForm(VersionedForm):
    """What every line of history carries: a text, a reason, its language and its label."""

    text = long_field(_l("What happened"))
    reason = long_field(_l("Reason"))
    language = SlugField(_l("Language of your text"), Language)
    handling = HandlingField(_l("Handling label of your text"))

    def begin(self, subject: Commitment | Adoption, outcome: Outcome) -> None:
        """Offer the labels that the outcome allows, and fill in what a new form begins with."""
        labels = [label for label in Handling if label.rank >= outcome.handling.rank]
        self.handling.choices = [(str(label), str(label)) for label in labels]
        self.handling.readers = {label: readers_of_item(label, outcome) for label in labels}
        if not self.is_submitted():
            self.version.data = str(subject.version)
            self.language.data = current_language()
            self.handling.data = outcome.handling


class WithEvidence(ItemForm):
    """An item that may bring evidence."""

    evidence = FieldList(FormField(EvidenceForm), label=_l("Evidence"), min_entries=ROWS, max_entries=ROWS)

    def pieces(self) -> list[EvidenceData]:
        """The evidence that was given."""
        return [piece for row in self.evidence for piece in row.form.pieces()]

    def begin(self, subject: Commitment | Adoption, outcome: Outcome) -> None:
        """Offer for the evidence what is offered for the text."""
        super().begin(subject, outcome)
        for row in self.evidence:
            row.form.handling.choices = [("", _("As the report")), *self.handling.choices]

    @property
    def lost_files(self) -> list[str]:
        """Names of files sent with a form that was not saved: a browser does not send them again."""
        files = [row.form.file.data for row in self.evidence]
        return [file.filename for file in files if file and file.filename] if self.is_submitted() else []


class ReportForm(WithEvidence):
    """What a focal point claims about a commitment."""

    position = SlugField(_l("Position"), Position, blank="")
    implementation = SlugField(_l("Implementation"), Implementation, blank="")

    def offer(self, commitment: Commitment) -> None:
        """Offer what a focal point may say about this commitment."""
        self.begin(commitment, commitment.outcome)
        self.position.choices = [
            ("", _as_it_is(commitment.position)),
            *((str(x), x.label) for x in Position if x is not Position.AWAITING_REPLY),
        ]
        self.implementation.choices = [
            ("", _as_it_is(commitment.implementation)),
            *((str(x), x.label) for x in Implementation if not x.is_closed),
        ]

    def claim(self) -> ReportData:
        """What was filled in."""
        return ReportData(
            position=self.position.data,
            implementation=self.implementation.data,
            text=self.text.data or "",
            reason=self.reason.data or "",
            language=self.language.data,
            handling=self.handling.data,
            evidence=self.pieces(),
            seen_version=self.seen_version,
        )


class AssessForm(ItemForm):
    """What a reviewer finds about a commitment."""

    finding = SlugField(
        _l("Finding"), Finding, blank=_l("Choose"), validators=[InputRequired(_l("Choose a finding."))]
    )
    implementation = SlugField(_l("Implementation that you find"), Implementation, blank="")

    def offer(self, commitment: Commitment, least: Handling) -> None:
        """Offer what a reviewer may find; `least` is the label of the claim, with which the form begins."""
        self.begin(commitment, commitment.outcome)
        self.text.label.text = _("What you looked at and what you found")
        self.implementation.choices = [("", _as_it_is(commitment.implementation)), *Implementation.choices()]
        if not self.is_submitted() and least.rank > commitment.outcome.handling.rank:
            self.handling.data = least

    def found(self) -> AssessData:
        """What was filled in."""
        return AssessData(
            finding=self.finding.data,
            implementation=self.implementation.data,
            text=self.text.data or "",
            reason=self.reason.data or "",
            language=self.language.data,
            handling=self.handling.data,
            seen_version=self.seen_version,
        )


class AdoptionForm(WithEvidence):
    """What a focal point tells about taking up a practice."""

    stage = SlugField(_l("Stage"), Stage, blank="")
    obstacles = long_field(_l("Obstacles"))
    adaptations = long_field(_l("What was adapted"))

    def offer(self, adoption: Adoption) -> None:
        """Offer what may be told about this adoption."""
        self.begin(adoption, adoption.outcome)
        self.stage.choices = [("", _as_it_is(adoption.stage)), *Stage.choices()]

    def told(self) -> AdoptionData:
        """What was filled in."""
        return AdoptionData(
            stage=self.stage.data,
            text=self.text.data or "",
            obstacles=self.obstacles.data or "",
            adaptations=self.adaptations.data or "",
            reason=self.reason.data or "",
            language=self.language.data,
            handling=self.handling.data,
            evidence=self.pieces(),
            seen_version=self.seen_version,
        )


class TakeUpForm(TrackerForm):
    """Which party takes up a practice, and how far it is."""

    party = SelectField(_l("Party that takes it up"))
    stage = SlugField(_l("Stage"), Stage)

    def offer(self, parties: list[Party]) -> None:
        """Offer these parties, and the stages with which an adoption can begin."""
        self.party.choices = [(party.code, party.name) for party in parties]
        self.stage.choices = [
            (str(x), x.label) for x in Stage if x not in (Stage.NOT_TRANSFERABLE, Stage.STOPPED)
        ]


class DueForm(VersionedForm):
    """When the answer of one party is due."""

    due = DateField(_l("Due date of this party"), [Optional()])

    def validate_due(self, field: Any) -> None:
        """A year that somebody can have meant."""
        if field.data and not date(2000, 1, 1) <= field.data <= date(2100, 12, 31):
            raise ValidationError(_("Write a date between 2000 and 2100."))
