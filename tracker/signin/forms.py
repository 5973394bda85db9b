"""Forms of signing in, setting up, and one's own account."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security.forms import LoginForm
from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired, Length, ValidationError

from tracker.accounts.credentials import LONGEST_PASSWORD, SHORTEST_PASSWORD
from tracker.core.forms import SlugField, TrackerForm, text_field
from tracker.core.views import local_address
from tracker.core.vocabulary import Language

_REQUIRED = _l("Fill in this field.")


def _same_as_password(form: Any, field: Any) -> None:
    if field.data != form.password.data:
        raise ValidationError(_("The two passwords differ."))


def _new_password(label: Any) -> PasswordField:
    # The service checks how good it is, because the command line makes accounts too.
    hint = _l("At least %(count)s characters. Four random words do well.", count=SHORTEST_PASSWORD)
    return PasswordField(
        label,
        [InputRequired(_REQUIRED), Length(max=LONGEST_PASSWORD)],
        description=hint,
        render_kw={"autocomplete": "new-password"},
    )


def _confirmation() -> PasswordField:
    return PasswordField(
        _l("The same password again"),
        [InputRequired(_REQUIRED), _same_as_password],
        render_kw={"autocomplete": "new-password"},
    )


def _email() -> EmailField:
    checks = [InputRequired(_REQUIRED), Length(max=254)]
    return EmailField(_l("E-mail address"), checks, render_kw={"autocomplete": "username"})


class SignInForm(LoginForm):
    """E-mail address and password; the library checks them, and answers every failure alike."""

    email = _email()
    password = PasswordField(
        _l("Password"),
        [InputRequired(_REQUIRED), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
    # Sessions end with the browser, because Tracker is used on shared and borrowed machines.
    remember = None
    submit = None

    def validate_next(self, field: Any) -> None:
        """Forget an address elsewhere instead of refusing to sign in."""
        field.data = local_address(field.data) or ""


class SetUpForm(TrackerForm):
    """The first administrator."""

    email = _email()
    name = text_field(_l("Name"), required=True, render_kw={"autocomplete": "name"})
    password = _new_password(_l("Password"))
    confirm = _confirmation()


class AccountForm(TrackerForm):
    """One's own name and language."""

    name = text_field(_l("Name"), required=True, render_kw={"autocomplete": "name"})
    language = SlugField(_l("Language"), Language, blank=_l("As my browser says"))


class PasswordForm(TrackerForm):
    """A new password; `current` is left out when it need not be given."""

    current = PasswordField(
        _l("Current password"), [InputRequired(_REQUIRED)], render_kw={"autocomplete": "current-password"}
    )
    password = _new_password(_l("New password"))
    confirm = _confirmation()

    def without_current(self) -> None:
        """Ask for no current password: there is none, or a one-time link has just proved who it is."""
        del self.current
