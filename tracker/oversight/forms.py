"""Forms of oversight: filters of the log, an emergency opening, the settings."""

from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from tracker.core.config import Setting
from tracker.core.filters import AddressForm, offer
from tracker.core.forms import SlugField, TrackerForm, VersionedForm, long_field, text_field
from tracker.core.settings import LARGEST, version
from tracker.core.vocabulary import Language, RoleName
from tracker.oversight import log
from tracker.oversight.log import LogFilters
from tracker.oversight.words import ACTS, KINDS
from tracker.workshops.fields import real_year


class LogFilterForm(AddressForm):
    """What the audit log is narrowed to."""

    who = SelectField(_l("Who"))
    act = SelectField(_l("What"))
    kind = SelectField(_l("Kind of record"))
    since = DateField(_l("From"), [Optional(), real_year])
    until = DateField(_l("Until"), [Optional(), real_year])

    def offer(self) -> None:
        """Offer what occurs."""
        self.who.choices = offer(_("Everybody"), [(str(number), name) for number, name in log.people()])
        known = [(act, str(ACTS.get(act, act))) for act in log.acts()]
        self.act.choices = offer(_("Anything"), sorted(known, key=lambda choice: choice[1]))
        self.kind.choices = offer(_("Any"), list(KINDS.items()))

    def filters(self) -> LogFilters:
        """The filters that make sense; nonsense in the address does not narrow."""
        self.validate()
        who = self.chosen("who")
        return LogFilters(
            actor_id=int(who) if who else None,
            act=self.chosen("act"),
            kind=self.chosen("kind"),
            since=None if self.since.errors else self.since.data,
            until=None if self.until.errors else self.until.data,
        )


class EmergencyForm(TrackerForm):
    """Which record is opened, and why."""

    name = text_field(_l("Reference of the outcome or code of the workshop"), required=True, longest=60)
    reason = long_field(
        _l("The emergency"),
        required=True,
        description=_l("What has happened, and why it cannot wait for somebody who may read the record."),
    )
    understood = BooleanField(
        _l("I know that the owner of the record is told at once, and that this is in the audit log."),
        [InputRequired(_l("Tick this to go on."))],
    )


def settings_form(settings: list[Setting], **options: Any) -> VersionedForm:
    """A form with a field for each of these settings, named like it."""

    class SettingsForm(VersionedForm):
        """The settings that the page may change."""

    for setting in settings:
        setattr(SettingsForm, setting.name, _field(setting))
    return SettingsForm(data={"version": version()}, **options)


def _field(setting: Setting) -> Any:
    now = current_app.config[setting.name]
    told = {"label": setting.help, "default": now}
    if setting.name == "TRACKER_DEFAULT_LANGUAGE":
        return SlugField(vocabulary=Language, **told)
    if isinstance(setting.default, bool):
        return BooleanField(**told)
    if isinstance(setting.default, int):
        bounds = NumberRange(1, LARGEST, _l("Write a whole number from 1 to %(most)s.", most=LARGEST))
        return IntegerField(validators=[InputRequired(_l("Fill in this field.")), bounds], **told)
    hint = ", ".join(str(role) for role in RoleName) if setting.name == "TRACKER_SECOND_FACTOR_ROLES" else ""
    return StringField(validators=[Length(max=300)], description=hint, **told)
