"""WebAuthn by py_webauthn: what browsers are asked for, and what of their answers is believed.

The relying party and the origin are those of `TRACKER_BASE_URL`, never what a request calls us (W3C Web
Authentication, level 3, sections 7.1 and 7.2).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

import webauthn
from flask import current_app, request
from flask_babel import gettext as _
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import (
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from tracker.accounts.models import Passkey, Person
from tracker.core.errors import InvalidInput
from tracker.core.hosts import base_parts

#: Signs in alone: the device has checked a PIN, a finger or a face.
FIRST = "first"
#: Good only after the password: a key that one need only touch.
SECONDARY = "secondary"
#: What browsers call the service.
_NAME = "Tracker"
_USUAL_PORTS = {"http": 80, "https": 443}
#: Longest answer of a browser, in characters; a real one has some hundreds.
LONGEST_ANSWER = 20_000


@dataclass(frozen=True, slots=True)
class Site:
    """What passkeys are bound to."""

    #: The name of the host, without a port.
    id: str
    #: Where browsers say that they are.
    origin: str

    @property
    def can_have_passkeys(self) -> bool:
        """Whether browsers make passkeys for such a host: it takes a name, not an address in numbers."""
        return _number(self.id) is None


def _number(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None


def site() -> Site:
    """The site of this instance; on one's own machine the name localhost stands for its number."""
    base = base_parts(current_app.config["TRACKER_BASE_URL"])
    number = _number(base.hostname or "")
    host = "localhost" if number is not None and number.is_loopback else base.hostname or ""
    usual = base.port is None or base.port == _USUAL_PORTS[base.scheme]
    return Site(host, f"{base.scheme}://{host}" if usual else f"{base.scheme}://{host}:{base.port}")


def work_here() -> bool:
    """Whether the page stands where passkeys work: under the name that they are bound to."""
    here = site()
    return here.can_have_passkeys and urlsplit(request.host_url).hostname == here.id


def _listed(keys: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    known = {str(way.value): way for way in AuthenticatorTransport}
    return [
        PublicKeyCredentialDescriptor(
            id=key.credential_id, transports=[known[name] for name in key.transports or () if name in known]
        )
        for key in keys
    ]


def creation_options(person: Person, keys: Iterable[Passkey], usage: str, challenge: str) -> dict[str, Any]:
    """What the browser needs to make a passkey for the person, who has `keys` already."""
    alone = usage == FIRST
    options = webauthn.generate_registration_options(
        rp_id=site().id,
        rp_name=_NAME,
        user_id=(person.fs_webauthn_user_handle or "").encode(),
        user_name=person.email,
        user_display_name=person.name,
        challenge=challenge.encode(),
        exclude_credentials=_listed(keys),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED if alone else ResidentKeyRequirement.DISCOURAGED,
            user_verification=_verification(alone),
        ),
    )
    return dict(options_to_json_dict(options))


def request_options(keys: Iterable[Passkey], challenge: str, *, alone: bool) -> dict[str, Any]:
    """What the browser needs to use one of `keys`, or without any whichever the person picks.

    `alone` asks the device to check who holds it.
    """
    options = webauthn.generate_authentication_options(
        rp_id=site().id,
        challenge=challenge.encode(),
        allow_credentials=_listed(keys),
        user_verification=_verification(alone),
    )
    return dict(options_to_json_dict(options))


def _verification(alone: bool) -> UserVerificationRequirement:
    return UserVerificationRequirement.REQUIRED if alone else UserVerificationRequirement.DISCOURAGED


def _unread() -> InvalidInput:
    return InvalidInput(_("Your browser sent nothing that could be read. Try again."))


def refused() -> InvalidInput:
    """What is said of a passkey that is not believed; it does not tell why, which would help nobody else."""
    return InvalidInput(_("That passkey was not accepted here."))


def read_new(answer: str | None) -> RegistrationCredential:
    """The browser's answer to `creation_options`; raises InvalidInput when it is none."""
    try:
        return parse_registration_credential_json((answer or "")[:LONGEST_ANSWER])
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise _unread() from None


def read_used(answer: str | None) -> AuthenticationCredential:
    """The browser's answer to `request_options`; raises InvalidInput when it is none."""
    try:
        return parse_authentication_credential_json((answer or "")[:LONGEST_ANSWER])
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise _unread() from None


def verify_new(credential: RegistrationCredential, usage: str, challenge: str) -> VerifiedRegistration:
    """What a new passkey is; raises InvalidInput when it was not made for us, now, and so."""
    here = site()
    try:
        return webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge.encode(),
            expected_rp_id=here.id,
            expected_origin=here.origin,
            require_user_verification=usage == FIRST,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise refused() from None


def verify_used(
    credential: AuthenticationCredential, key: Passkey, challenge: str, *, alone: bool
) -> VerifiedAuthentication:
    """What became of `key` by this use; raises InvalidInput when it was not used for us, now, and so."""
    here = site()
    try:
        return webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge.encode(),
            expected_rp_id=here.id,
            expected_origin=here.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=alone,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise refused() from None
