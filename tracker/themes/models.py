"""Themes are concepts in the sense of SKOS (W3C, 2009)."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import Column, ForeignKey, Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.db import Base
from tracker.core.i18n import current_language, in_language
from tracker.core.vocabulary import Language, Vocabulary, slug_column


class LabelKind(Vocabulary):
    """Whether a label is the one to show or another way to say it."""

    PREFERRED = "pref", _l("Preferred label")
    ALTERNATIVE = "alt", _l("Alternative label")


theme_broader = Table(
    "theme_broader",
    Base.metadata,
    Column("theme_id", ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True),
    Column("broader_id", ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True),
)
#: Symmetric: both directions are stored.
theme_related = Table(
    "theme_related",
    Base.metadata,
    Column("theme_id", ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True),
    Column("related_id", ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True),
)


class Theme(Base):
    """One concept; its slug is its public, stable name."""

    __tablename__ = "theme"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    scope_notes: Mapped[dict[str, str]] = mapped_column(default=dict)
    #: Set when the theme was merged: its address then leads to the other.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"))
    version: Mapped[int] = mapped_column(default=1)

    labels: Mapped[list["ThemeLabel"]] = relationship(
        back_populates="theme", cascade="all, delete-orphan", lazy="selectin", order_by="ThemeLabel.id"
    )
    broader: Mapped[list["Theme"]] = relationship(
        secondary=theme_broader,
        primaryjoin=id == theme_broader.c.theme_id,
        secondaryjoin=id == theme_broader.c.broader_id,
        back_populates="narrower",
    )
    narrower: Mapped[list["Theme"]] = relationship(
        secondary=theme_broader,
        primaryjoin=id == theme_broader.c.broader_id,
        secondaryjoin=id == theme_broader.c.theme_id,
        back_populates="broader",
    )
    related: Mapped[list["Theme"]] = relationship(
        secondary=theme_related,
        primaryjoin=id == theme_related.c.theme_id,
        secondaryjoin=id == theme_related.c.related_id,
    )
    merged_into: Mapped["Theme | None"] = relationship(remote_side=[id])

    __mapper_args__ = {"version_id_col": version}

    @property
    def preferred(self) -> dict[str, str]:
        """Preferred label by language."""
        return {str(x.language): x.text for x in self.labels if x.kind is LabelKind.PREFERRED}

    @property
    def name(self) -> str:
        """Preferred label in the language of the page."""
        return in_language(self.preferred) or self.slug

    @property
    def scope_note(self) -> str:
        """What belongs here, in the language of the page."""
        return in_language(self.scope_notes)

    def alternatives(self, language: str | None = None) -> list[str]:
        """Alternative labels in one language, by default the page's."""
        wanted = language or str(current_language())
        return [x.text for x in self.labels if x.kind is LabelKind.ALTERNATIVE and x.language == wanted]


class ThemeLabel(Base):
    """One way to name a theme in one language; `folded` is what it is looked up by."""

    __tablename__ = "theme_label"
    __table_args__ = (Index("ix_theme_label_folded", "folded"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"), index=True)
    language: Mapped[Language] = mapped_column(slug_column(Language))
    kind: Mapped[LabelKind] = mapped_column(slug_column(LabelKind))
    text: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(String(200))

    theme: Mapped[Theme] = relationship(back_populates="labels")
