"""Every table of the first version."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database to this version."""
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("record_kind", sa.String(length=20), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_at"), ["at"], unique=False)
        batch_op.create_index(
            "ix_audit_entry_record_kind_record_id", ["record_kind", "record_id"], unique=False
        )

    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_kind_record_id", ["kind", "record_id"], unique=False)

    op.create_table(
        "party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("acronym", sa.String(length=60), nullable=True),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("country_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["country_id"], ["party.id"], name=op.f("fk_party_country_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
        sa.UniqueConstraint("code", name=op.f("uq_party_code")),
    )
    with op.batch_alter_table("party", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_party_kind"), ["kind"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_person_fs_uniquifier")),
    )
    op.create_table(
        "reference_counter",
        sa.Column("prefix", sa.String(length=3), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "year", name=op.f("pk_reference_counter")),
    )
    op.create_table(
        "role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
    )
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("token", name=op.f("uq_stored_file_token")),
    )
    op.create_table(
        "theme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("scope_notes", sa.JSON(), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["merged_into_id"], ["theme.id"], name=op.f("fk_theme_merged_into_id_theme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme")),
        sa.UniqueConstraint("slug", name=op.f("uq_theme_slug")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_api_token_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_table(
        "one_time_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_one_time_link_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_link_token_hash")),
    )
    op.create_table(
        "person_party",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_person_party_party_id_party")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_party_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "party_id", name=op.f("pk_person_party")),
    )
    op.create_table(
        "person_role",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_role_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_person_role_role_id_role")),
        sa.PrimaryKeyConstraint("person_id", "role_id", name=op.f("pk_person_role")),
    )
    op.create_table(
        "theme_broader",
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("broader_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["broader_id"], ["theme.id"], name=op.f("fk_theme_broader_broader_id_theme"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["theme.id"], name=op.f("fk_theme_broader_theme_id_theme"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("theme_id", "broader_id", name=op.f("pk_theme_broader")),
    )
    op.create_table(
        "theme_label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["theme.id"], name=op.f("fk_theme_label_theme_id_theme"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_label")),
    )
    with op.batch_alter_table("theme_label", schema=None) as batch_op:
        batch_op.create_index("ix_theme_label_folded", ["folded"], unique=False)
        batch_op.create_index(batch_op.f("ix_theme_label_theme_id"), ["theme_id"], unique=False)

    op.create_table(
        "theme_related",
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("related_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["related_id"], ["theme.id"], name=op.f("fk_theme_related_related_id_theme"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["theme.id"], name=op.f("fk_theme_related_theme_id_theme"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("theme_id", "related_id", name=op.f("pk_theme_related")),
    )
    op.create_table(
        "workshop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("country_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("line_of_action", sa.String(length=300), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("handling", sa.String(length=40), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["country_id"], ["party.id"], name=op.f("fk_workshop_country_id_party")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_workshop_created_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop")),
        sa.UniqueConstraint("code", name=op.f("uq_workshop_code")),
    )
    with op.batch_alter_table("workshop", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workshop_starts_on"), ["starts_on"], unique=False)

    op.create_table(
        "outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("external_ref", sa.String(length=100), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("record", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=True),
        sa.Column("handling", sa.String(length=40), nullable=False),
        sa.Column("chatham_house", sa.Boolean(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("priority", sa.String(length=40), nullable=True),
        sa.Column("quality", sa.String(length=40), nullable=True),
        sa.Column("contact", sa.String(length=300), nullable=True),
        sa.Column("source_url", sa.String(length=2000), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("retired_reason", sa.Text(), nullable=True),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_outcome_author_id_person")),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["outcome.id"], name=op.f("fk_outcome_successor_id_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_outcome_workshop_id_workshop")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
        sa.UniqueConstraint("external_ref", name=op.f("uq_outcome_external_ref")),
        sa.UniqueConstraint("ref", name=op.f("uq_outcome_ref")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcome_due"), ["due"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcome_kind"), ["kind"], unique=False)
        batch_op.create_index("ix_outcome_record_handling", ["record", "handling"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcome_workshop_id"), ["workshop_id"], unique=False)

    op.create_table(
        "workshop_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_workshop_file_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["workshop.id"],
            name=op.f("fk_workshop_file_workshop_id_workshop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop_file")),
    )
    with op.batch_alter_table("workshop_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workshop_file_workshop_id"), ["workshop_id"], unique=False)

    op.create_table(
        "workshop_host",
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_workshop_host_party_id_party")),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["workshop.id"],
            name=op.f("fk_workshop_host_workshop_id_workshop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workshop_id", "party_id", name=op.f("pk_workshop_host")),
    )
    with op.batch_alter_table("workshop_host", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workshop_host_party_id"), ["party_id"], unique=False)

    op.create_table(
        "workshop_participant",
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["party_id"], ["party.id"], name=op.f("fk_workshop_participant_party_id_party")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["workshop.id"],
            name=op.f("fk_workshop_participant_workshop_id_workshop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workshop_id", "party_id", name=op.f("pk_workshop_participant")),
    )
    with op.batch_alter_table("workshop_participant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workshop_participant_party_id"), ["party_id"], unique=False)

    op.create_table(
        "workshop_rapporteur",
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_workshop_rapporteur_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["workshop.id"],
            name=op.f("fk_workshop_rapporteur_workshop_id_workshop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workshop_id", "person_id", name=op.f("pk_workshop_rapporteur")),
    )
    with op.batch_alter_table("workshop_rapporteur", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workshop_rapporteur_person_id"), ["person_id"], unique=False)

    op.create_table(
        "adoption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("last_update_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outcome_id"], ["outcome.id"], name=op.f("fk_adoption_outcome_id_outcome"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_adoption_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoption")),
        sa.UniqueConstraint("outcome_id", "party_id", name=op.f("uq_adoption_outcome_id_party_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("adoption", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_adoption_outcome_id"), ["outcome_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_adoption_party_id"), ["party_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_adoption_stage"), ["stage"], unique=False)

    op.create_table(
        "commitment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.String(length=40), nullable=True),
        sa.Column("implementation", sa.String(length=40), nullable=True),
        sa.Column("assurance", sa.String(length=40), nullable=False),
        sa.Column("own_due", sa.Date(), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("last_update_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outcome_id"], ["outcome.id"], name=op.f("fk_commitment_outcome_id_outcome"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_commitment_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
        sa.UniqueConstraint("outcome_id", "party_id", name=op.f("uq_commitment_outcome_id_party_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commitment_assurance"), ["assurance"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitment_implementation"), ["implementation"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitment_outcome_id"), ["outcome_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitment_party_id"), ["party_id"], unique=False)
        batch_op.create_index(
            "ix_commitment_party_id_implementation", ["party_id", "implementation"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_commitment_position"), ["position"], unique=False)

    op.create_table(
        "outcome_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], ["outcome.id"], name=op.f("fk_outcome_link_source_id_outcome"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["outcome.id"], name=op.f("fk_outcome_link_target_id_outcome"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_link")),
        sa.UniqueConstraint(
            "source_id", "target_id", "kind", name=op.f("uq_outcome_link_source_id_target_id_kind")
        ),
    )
    with op.batch_alter_table("outcome_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_link_source_id"), ["source_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcome_link_target_id"), ["target_id"], unique=False)

    op.create_table(
        "outcome_named_party",
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outcome_id"],
            ["outcome.id"],
            name=op.f("fk_outcome_named_party_outcome_id_outcome"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["party.id"], name=op.f("fk_outcome_named_party_party_id_party")
        ),
        sa.PrimaryKeyConstraint("outcome_id", "party_id", name=op.f("pk_outcome_named_party")),
    )
    with op.batch_alter_table("outcome_named_party", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_named_party_party_id"), ["party_id"], unique=False)

    op.create_table(
        "outcome_named_person",
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outcome_id"],
            ["outcome.id"],
            name=op.f("fk_outcome_named_person_outcome_id_outcome"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_outcome_named_person_person_id_person")
        ),
        sa.PrimaryKeyConstraint("outcome_id", "person_id", name=op.f("pk_outcome_named_person")),
    )
    with op.batch_alter_table("outcome_named_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_named_person_person_id"), ["person_id"], unique=False)

    op.create_table(
        "outcome_proposer",
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outcome_id"],
            ["outcome.id"],
            name=op.f("fk_outcome_proposer_outcome_id_outcome"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_outcome_proposer_party_id_party")),
        sa.PrimaryKeyConstraint("outcome_id", "party_id", name=op.f("pk_outcome_proposer")),
    )
    with op.batch_alter_table("outcome_proposer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_proposer_party_id"), ["party_id"], unique=False)

    op.create_table(
        "outcome_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("safeguards", sa.Text(), nullable=False),
        sa.Column("context", sa.Text(), nullable=False),
        sa.Column("actions", sa.Text(), nullable=False),
        sa.Column("results", sa.Text(), nullable=False),
        sa.Column("success_factors", sa.Text(), nullable=False),
        sa.Column("constraints", sa.Text(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outcome_id"],
            ["outcome.id"],
            name=op.f("fk_outcome_text_outcome_id_outcome"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_text")),
        sa.UniqueConstraint("outcome_id", "language", name=op.f("uq_outcome_text_outcome_id_language")),
    )
    with op.batch_alter_table("outcome_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_text_outcome_id"), ["outcome_id"], unique=False)

    op.create_table(
        "outcome_theme",
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("as_given", sa.String(length=400), nullable=True),
        sa.ForeignKeyConstraint(
            ["outcome_id"],
            ["outcome.id"],
            name=op.f("fk_outcome_theme_outcome_id_outcome"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_outcome_theme_theme_id_theme")),
        sa.PrimaryKeyConstraint("outcome_id", "theme_id", name=op.f("pk_outcome_theme")),
    )
    with op.batch_alter_table("outcome_theme", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_theme_theme_id"), ["theme_id"], unique=False)

    op.create_table(
        "update",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=True),
        sa.Column("adoption_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("position", sa.String(length=40), nullable=True),
        sa.Column("implementation", sa.String(length=40), nullable=True),
        sa.Column("stage", sa.String(length=40), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("obstacles", sa.Text(), nullable=False),
        sa.Column("adaptations", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("handling", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "(commitment_id IS NULL) <> (adoption_id IS NULL)", name=op.f("ck_update_one_subject")
        ),
        sa.ForeignKeyConstraint(
            ["adoption_id"], ["adoption.id"], name=op.f("fk_update_adoption_id_adoption"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_update_author_id_person")),
        sa.ForeignKeyConstraint(
            ["commitment_id"],
            ["commitment.id"],
            name=op.f("fk_update_commitment_id_commitment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_update")),
    )
    with op.batch_alter_table("update", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_update_adoption_id"), ["adoption_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_update_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_update_commitment_id"), ["commitment_id"], unique=False)

    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("update_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("finding", sa.String(length=40), nullable=False),
        sa.Column("implementation", sa.String(length=40), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("handling", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_assessment_author_id_person")),
        sa.ForeignKeyConstraint(
            ["commitment_id"],
            ["commitment.id"],
            name=op.f("fk_assessment_commitment_id_commitment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["update_id"], ["update.id"], name=op.f("fk_assessment_update_id_update")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assessment_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_assessment_commitment_id"), ["commitment_id"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("update_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("seen_by", sa.String(length=300), nullable=True),
        sa.Column("handling", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_evidence_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["update_id"], ["update.id"], name=op.f("fk_evidence_update_id_update"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_update_id"), ["update_id"], unique=False)


def downgrade() -> None:
    """Bring the database back to the version before."""
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_update_id"))

    op.drop_table("evidence")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_commitment_id"))
        batch_op.drop_index(batch_op.f("ix_assessment_at"))

    op.drop_table("assessment")
    with op.batch_alter_table("update", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_update_commitment_id"))
        batch_op.drop_index(batch_op.f("ix_update_at"))
        batch_op.drop_index(batch_op.f("ix_update_adoption_id"))

    op.drop_table("update")
    with op.batch_alter_table("outcome_theme", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcome_theme_theme_id"))

    op.drop_table("outcome_theme")
    with op.batch_alter_table("outcome_text", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcome_text_outcome_id"))

    op.drop_table("outcome_text")
    with op.batch_alter_table("outcome_proposer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcome_proposer_party_id"))

    op.drop_table("outcome_proposer")
    with op.batch_alter_table("outcome_named_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcome_named_person_person_id"))

    op.drop_table("outcome_named_person")
    with op.batch_alter_table("outcome_named_party", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcome_named_party_party_id"))

    op.drop_table("outcome_named_party")
    with op.batch_alter_table("outcome_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcome_link_target_id"))
        batch_op.drop_index(batch_op.f("ix_outcome_link_source_id"))

    op.drop_table("outcome_link")
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commitment_position"))
        batch_op.drop_index("ix_commitment_party_id_implementation")
        batch_op.drop_index(batch_op.f("ix_commitment_party_id"))
        batch_op.drop_index(batch_op.f("ix_commitment_outcome_id"))
        batch_op.drop_index(batch_op.f("ix_commitment_implementation"))
        batch_op.drop_index(batch_op.f("ix_commitment_assurance"))

    op.drop_table("commitment")
    with op.batch_alter_table("adoption", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_adoption_stage"))
        batch_op.drop_index(batch_op.f("ix_adoption_party_id"))
        batch_op.drop_index(batch_op.f("ix_adoption_outcome_id"))

    op.drop_table("adoption")
    with op.batch_alter_table("workshop_rapporteur", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workshop_rapporteur_person_id"))

    op.drop_table("workshop_rapporteur")
    with op.batch_alter_table("workshop_participant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workshop_participant_party_id"))

    op.drop_table("workshop_participant")
    with op.batch_alter_table("workshop_host", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workshop_host_party_id"))

    op.drop_table("workshop_host")
    with op.batch_alter_table("workshop_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workshop_file_workshop_id"))

    op.drop_table("workshop_file")
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcome_workshop_id"))
        batch_op.drop_index("ix_outcome_record_handling")
        batch_op.drop_index(batch_op.f("ix_outcome_kind"))
        batch_op.drop_index(batch_op.f("ix_outcome_due"))
        batch_op.drop_index(batch_op.f("ix_outcome_author_id"))

    op.drop_table("outcome")
    with op.batch_alter_table("workshop", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workshop_starts_on"))

    op.drop_table("workshop")
    op.drop_table("theme_related")
    with op.batch_alter_table("theme_label", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_theme_label_theme_id"))
        batch_op.drop_index("ix_theme_label_folded")

    op.drop_table("theme_label")
    op.drop_table("theme_broader")
    op.drop_table("person_role")
    op.drop_table("person_party")
    op.drop_table("one_time_link")
    op.drop_table("api_token")
    op.drop_table("theme")
    op.drop_table("stored_file")
    op.drop_table("role")
    op.drop_table("reference_counter")
    op.drop_table("person")
    with op.batch_alter_table("party", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_party_kind"))

    op.drop_table("party")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_kind_record_id")

    op.drop_table("outbox")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_record_kind_record_id")
        batch_op.drop_index(batch_op.f("ix_audit_entry_at"))

    op.drop_table("audit_entry")
