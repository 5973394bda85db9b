"""Parties (countries and bodies), people with their roles, and what proves who they are."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_security import RoleMixin, UserMixin, WebAuthnMixin
from sqlalchemy import JSON, Column, DateTime, ForeignKey, Index, LargeBinary, String, Table, Text, true
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.db import Base, now
from tracker.core.i18n import in_language
from tracker.core.vocabulary import Language, RoleName, Vocabulary, slug_column


class PartyKind(Vocabulary):
    """What a party is."""

    COUNTRY = "country", _l("Country")
    BODY = "body", _l("Body")


class Party(Base):
    """A country (its code is ISO 3166-1 alpha-2) or a body (its code is a slug) of a country or none."""

    __tablename__ = "party"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PartyKind] = mapped_column(slug_column(PartyKind), index=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    acronym: Mapped[str | None] = mapped_column(String(60))
    #: Name in each language, by its code.
    names: Mapped[dict[str, str]]
    #: Other spellings that imports and forms accept.
    aliases: Mapped[list[str]] = mapped_column(default=list)
    country_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    #: Whether forms offer it; one that is not stays on the records that name it.
    active: Mapped[bool] = mapped_column(default=True, server_default=true())

    country: Mapped["Party | None"] = relationship(remote_side=[id])

    @property
    def name(self) -> str:
        """Name in the language of the page."""
        return in_language(self.names)

    @property
    def short_name(self) -> str:
        """The acronym of a body that has one, else the name."""
        return self.acronym or self.name


person_role = Table(
    "person_role",
    Base.metadata,
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("role.id"), primary_key=True),
)
person_party = Table(
    "person_party",
    Base.metadata,
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("party_id", ForeignKey("party.id"), primary_key=True),
)


class Role(Base, RoleMixin):
    """A role as data; its name is one of `RoleName`."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[RoleName] = mapped_column(slug_column(RoleName), unique=True)


class Person(Base, UserMixin):
    """Somebody with an account."""

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_oidc_issuer_oidc_subject", "oidc_issuer", "oidc_subject", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    #: Rotated to end every session of the person at once.
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    language: Mapped[Language | None] = mapped_column(slug_column(Language))
    created_at: Mapped[datetime] = mapped_column(default=now)
    #: When the invitation was sent last; None for an account that was made without one.
    invited_at: Mapped[datetime | None]
    #: When the person first proved who they are; None while the invitation waits.
    accepted_at: Mapped[datetime | None]
    #: Whom an OpenID provider knows the person as: its address and its own name for them.
    oidc_issuer: Mapped[str | None] = mapped_column(String(300))
    oidc_subject: Mapped[str | None] = mapped_column(String(300))

    # The sign-in library asks for these names.
    #: "authenticator" once codes of an app are set up as the second factor.
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    #: The secret of the app's codes, encrypted with a key of the instance.
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    #: Number of the last code that was accepted, so that none works twice.
    tf_totp_counter: Mapped[int | None]
    #: Codes for a lost second factor, encrypted; each works once.
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON))
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(  # type: ignore[assignment]  # as the library sets it
        String(64), unique=True, index=True
    )

    webauthn: Mapped[list["Passkey"]] = relationship(  # type: ignore[assignment]  # narrower than the library's
        back_populates="user", cascade="all, delete-orphan"
    )
    roles: Mapped[list[Role]] = relationship(  # type: ignore[assignment]  # narrower than the library's
        secondary=person_role, lazy="selectin", order_by="Role.id"
    )
    parties: Mapped[list[Party]] = relationship(secondary=person_party, lazy="selectin", order_by="Party.id")

    def get_security_payload(self) -> dict[str, Any]:
        """What the sign-in library may tell a browser about the person: nothing but the name."""
        return {"name": self.name}


class Passkey(Base, WebAuthnMixin):
    """A passkey or security key of a person; its fields are those of the sign-in library."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON))
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    #: In UTC; the library stores a moment without its zone.
    lastuse_datetime: Mapped[datetime] = mapped_column(DateTime)
    #: "first" signs in alone, "secondary" only after the password.
    usage: Mapped[str] = mapped_column(String(64))

    user: Mapped[Person] = relationship(back_populates="webauthn")


class LinkPurpose(Vocabulary):
    """What a one-time link does."""

    SIGN_IN = "sign-in", _l("Sign in")
    INVITATION = "invitation", _l("Invitation")
    RESET = "reset", _l("New password")
    SET_UP = "set-up", _l("Set-up")


class SignInWay(Vocabulary):
    """By what somebody proved who they are when a session began."""

    PASSWORD = "password", _l("By password")
    LINK = "link", _l("By one-time link")
    INVITATION = "invitation", _l("By accepting the invitation")
    SET_UP = "set-up", _l("By setting up Tracker")
    PASSKEY = "passkey", _l("By passkey")
    OIDC = "oidc", _l("By another service")


class OneTimeLink(Base):
    """A link that works once; only the hash of its token is kept."""

    __tablename__ = "one_time_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[LinkPurpose] = mapped_column(
        slug_column(LinkPurpose), default=LinkPurpose.SIGN_IN, server_default="sign-in"
    )
    #: None for the set-up link of the first start, which makes the first administrator.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship()


class PersonSession(Base):
    """A browser in which a person is signed in; the cookie holds a secret, this row its hash."""

    __tablename__ = "person_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    began_at: Mapped[datetime] = mapped_column(default=now)
    #: When the session was last used, to within a minute.
    seen_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
    #: By what the person proved who they are, a `SignInWay`.
    method: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(64), default="")
    #: The browser in its own words, cut off; shown so that people recognise their devices.
    agent: Mapped[str] = mapped_column(String(300), default="")

    person: Mapped[Person] = relationship()


class EmergencyOpening(Base):
    """A marked record that an administrator opened for a stated emergency, for a while."""

    __tablename__ = "emergency_opening"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    #: "outcome" or "workshop", and its number.
    record_kind: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class ApiToken(Base):
    """A bearer token of a person's program; only its hash is kept."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
