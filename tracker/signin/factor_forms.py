"""Forms of the second step, of second factors, of passkeys, and of proving anew who one is."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from tracker.accounts.credentials import LONGEST_PASSWORD
from tracker.core.forms import TrackerForm, text_field

_REQUIRED = _l("Fill in this field.")


def _code(label: Any, mode: str) -> StringField:
    return text_field(
        label,
        required=True,
        longest=40,
        render_kw={
            "autocomplete": "one-time-code" if mode == "numeric" else "off",
            "inputmode": mode,
            "autocapitalize": "none",
            "spellcheck": "false",
            "dir": "ltr",
        },
    )


class CodeForm(TrackerForm):
    """A code of the app."""

    code = _code(_l("Code of your app"), "numeric")


class RecoveryForm(TrackerForm):
    """A recovery code."""

    recovery_code = _code(_l("Recovery code"), "text")


class ProofForm(TrackerForm):
    """The password once more."""

    password = PasswordField(
        _l("Password"),
        [InputRequired(_REQUIRED), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )


class AnswerForm(TrackerForm):
    """What the browser says about a passkey; the script fills it in."""

    credential = HiddenField()


class PasskeyForm(TrackerForm):
    """A new passkey."""

    name = text_field(
        _l("Name"),
        required=True,
        longest=64,
        description=_l("By which you recognise it, such as “Work laptop”."),
    )
    touch_only = BooleanField(
        _l("A key that I only touch, without PIN or fingerprint"),
        description=_l("It then works after the password only, never alone."),
    )
    credential = HiddenField()
