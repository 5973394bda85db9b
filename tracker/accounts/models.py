"""Parties (countries and bodies), people with their roles, one-time links and API tokens."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_security import RoleMixin, UserMixin
from sqlalchemy import Column, ForeignKey, String, Table
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

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    #: Rotated to end every session of the person at once.
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    language: Mapped[Language | None] = mapped_column(slug_column(Language))
    created_at: Mapped[datetime] = mapped_column(default=now)

    roles: Mapped[list[Role]] = relationship(  # type: ignore[assignment]  # narrower than the library's
        secondary=person_role, lazy="selectin", order_by="Role.id"
    )
    parties: Mapped[list[Party]] = relationship(secondary=person_party, lazy="selectin", order_by="Party.id")

    def get_security_payload(self) -> dict[str, Any]:
        """What the sign-in library may tell a browser about the person: nothing but the name."""
        return {"name": self.name}


class OneTimeLink(Base):
    """A sign-in link that works once; only the hash of its token is kept."""

    __tablename__ = "one_time_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: None for the set-up link of the first start, which makes the first administrator.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship()


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
