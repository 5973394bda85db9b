"""Forms of signing in, setting up, new passwords, and one's own account."""

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


def _secret(label: Any, autocomplete: str, checks: list[Any], **options: Any) -> PasswordField:
    # The words stand on the button with which the script lets one see what is typed.
    words = {"data-show": _l("Show"), "data-hide": _l("Hide")}
    return PasswordField(
        label,
        [InputRequired(_REQUIRED), *checks],
        render_kw={"autocomplete": autocomplete, "autocapitalize": "none", "spellcheck": "false", **words},
        **options,
    )


def _new_password(label: Any) -> PasswordField:
    # The service checks how good it is, because the command line makes accounts too.
    hint = _l(
        "At least %(count)s characters, of any kind, spaces too. Four random words do well.",
        count=SHORTEST_PASSWORD,
    )
    return _secret(label, "new-password", [], description=hint)


def _confirmation() -> PasswordField:
    return _secret(_l("The same password again"), "new-password", [_same_as_password])


def _current() -> PasswordField:
    return _secret(_l("Current password"), "current-password", [Length(max=LONGEST_PASSWORD)])


def _email(label: Any, autocomplete: str = "username") -> EmailField:
    return EmailField(
        label, [InputRequired(_REQUIRED), Length(max=254)], render_kw={"autocomplete": autocomplete}
    )


def _name() -> Any:
    return text_field(_l("Name"), required=True, render_kw={"autocomplete": "name"})


def _language() -> SlugField:
    return SlugField(_l("Language"), Language, blank=_l("As my browser says"))


class SignInForm(LoginForm):
    """E-mail address and password; the library checks them, and answers every failure alike."""

    email = _email(_l("E-mail address"))
    password = _secret(_l("Password"), "current-password", [Length(max=LONGEST_PASSWORD)])
    # Sessions end with the browser, because Tracker is used on shared and borrowed machines.
    remember = None
    submit = None

    def validate_next(self, field: Any) -> None:
        """Forget an address elsewhere instead of refusing to sign in."""
        field.data = local_address(field.data) or ""


class ForgottenForm(TrackerForm):
    """Where to send a link to a new password; whether it has an account is not said."""

    email = _email(_l("E-mail address"))


class ResetForm(TrackerForm):
    """A new password, for whoever holds the link."""

    password = _new_password(_l("New password"))
    confirm = _confirmation()


class InvitationForm(TrackerForm):
    """What somebody who accepts an invitation says."""

    name = _name()
    language = _language()
    password = _new_password(_l("Password"))
    confirm = _confirmation()


class SetUpForm(TrackerForm):
    """The first administrator."""

    email = _email(_l("E-mail address"))
    name = _name()
    password = _new_password(_l("Password"))
    confirm = _confirmation()


class AccountForm(TrackerForm):
    """One's own name and language."""

    name = _name()
    language = _language()


class _ProvenForm(TrackerForm):
    """A change that takes the current password, unless something else has just proved who it is."""

    current: Any

    def without_current(self) -> None:
        """Ask for no current password: there is none, or a one-time link has just proved who it is."""
        del self.current

    @property
    def current_given(self) -> str:
        """The current password as typed; empty when it is not asked for."""
        return self.current.data or "" if "current" in self else ""


class PasswordForm(_ProvenForm):
    """A new password."""

    current = _current()
    password = _new_password(_l("New password"))
    confirm = _confirmation()


class AddressForm(_ProvenForm):
    """Another e-mail address of one's own."""

    email = _email(_l("New e-mail address"), "email")
    current = _current()
