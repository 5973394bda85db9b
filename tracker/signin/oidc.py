"""OpenID Connect: another provider says who somebody is; who may come in stands here.

Authlib speaks with the provider that `TRACKER_OIDC_ISSUER` names: discovery, authorization code with PKCE
(S256), state and nonce, and the ID token verified with the provider's keys. Tracker makes neither account nor
role from what a provider says: it knows a person by (issuer, subject), and the first time by a verified
e-mail address.
"""

from typing import Any, NamedTuple

import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Flask, Response, current_app
from flask_babel import gettext as _
from joserfc.errors import JoseError
from requests import RequestException
from sqlalchemy import select

from tracker.accounts import queries
from tracker.accounts.models import Person
from tracker.core import audit
from tracker.core.db import db, unit_of_work
from tracker.core.errors import TrackerError
from tracker.core.permissions import Actor
from tracker.signin import second_factor

log = structlog.get_logger("tracker")

#: How long the provider may take to answer, in seconds.
_PATIENCE = 10
_CLIENT = "tracker"
#: What can go wrong between two servers.
_FAULTS = (AuthlibBaseError, JoseError, RequestException, ValueError, KeyError, TypeError, RuntimeError)


class ProviderFailed(TrackerError):
    """The provider could not be reached, or said something that is not to be believed."""

    status = 502


class NotInvited(TrackerError):
    """The provider knows the person, Tracker does not; said of closed accounts in the same words."""

    status = 403


class Claims(NamedTuple):
    """Whom the provider says that somebody is."""

    issuer: str
    subject: str
    #: Empty unless the provider has verified it.
    email: str


def name() -> str:
    """What the provider is called on the sign-in page; empty when there is none."""
    config = current_app.config
    return str(config["TRACKER_OIDC_NAME"]) if config["TRACKER_OIDC_ISSUER"] else ""


def init_oidc(app: Flask) -> None:
    """Make the provider known, if there is one; nothing is asked of it before somebody signs in."""
    app.jinja_env.globals["provider_name"] = name
    issuer = app.config["TRACKER_OIDC_ISSUER"]
    if not issuer:
        return
    OAuth(app).register(
        _CLIENT,
        client_id=app.config["TRACKER_OIDC_CLIENT_ID"],
        client_secret=app.config["TRACKER_OIDC_CLIENT_SECRET"],
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "default_timeout": _PATIENCE,
            # Tracker asks whom the provider names, and nobody to whom that would send it on.
            "max_redirects": 0,
        },
    )


def _client() -> Any:
    found = current_app.extensions["authlib.integrations.flask_client"].create_client(_CLIENT)
    said = str(found.load_server_metadata().get("issuer", ""))
    if said.rstrip("/") != current_app.config["TRACKER_OIDC_ISSUER"].rstrip("/"):
        raise ValueError("the provider calls itself by another name")
    return found


def _failed(error: Exception) -> ProviderFailed:
    # Its kind alone: what providers say may hold what somebody typed.
    log.warning("provider failed", error=type(error).__name__, code=getattr(error, "error", None))
    return ProviderFailed(
        _("%(name)s did not answer as it should. Try again, or sign in another way.", name=name())
    )


def begin(return_address: str) -> Response:
    """The redirect to the provider; raises ProviderFailed."""
    try:
        return _client().authorize_redirect(return_address)  # type: ignore[no-any-return]
    except _FAULTS as error:
        raise _failed(error) from error


def finish() -> Claims:
    """Whom the provider says that the person is who came back from it; raises ProviderFailed."""
    try:
        client = _client()
        token = client.authorize_access_token()
        said = dict(token["userinfo"])
        audience = said.get("aud")
        # The library also takes a token for somebody else that names us as the party it was given to.
        if client.client_id not in ([audience] if isinstance(audience, str) else audience or []):
            raise ValueError("the token was made for another audience")
        if not said.get("email") and "userinfo_endpoint" in client.server_metadata:
            more = client.userinfo(token=token)
            if more.get("sub") != said["sub"]:
                raise ValueError("the provider speaks of somebody else")
            said |= {key: more.get(key) for key in ("email", "email_verified")}
        email = said.get("email") if said.get("email_verified") is True else None
        return Claims(str(said["iss"]), str(said["sub"]), str(email or ""))
    except _FAULTS as error:
        raise _failed(error) from error


def person_for(claims: Claims) -> Person:
    """The person whom the provider knows so; binds them the first time, by their verified address.

    Raises NotInvited for everybody else.
    """
    with unit_of_work():
        known = select(Person).where(
            Person.oidc_issuer == claims.issuer, Person.oidc_subject == claims.subject
        )
        person = db.session.scalar(known)
        if person is None and claims.email:
            person = queries.find_by_email(claims.email)
            # Whoever is bound stays so: an address may come to belong to somebody else.
            if person is not None and person.active and person.oidc_subject is None:
                _bind(person, claims)
            else:
                person = None
    if person is None or not person.active:
        raise NotInvited(
            _(
                "Nobody has invited you under the e-mail address that %(name)s has verified for you. "
                "Ask your coordinator or an administrator for an invitation.",
                name=name(),
            )
        )
    return person


def _bind(person: Person, claims: Claims) -> None:
    person.oidc_issuer, person.oidc_subject = claims.issuer, claims.subject
    actor = Actor(id=person.id, name=person.name)
    audit.record(actor, "provider-bound", "person", person.id, after={"issuer": claims.issuer})
    second_factor.tell(person, "provider-bound", name=name())
