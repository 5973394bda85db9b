"""Saved searches, and where the reader of a mail ends mails of its sort."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database to this version."""
    op.create_table('saved_search',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('query', sa.String(length=400), nullable=False),
    sa.Column('filters', sa.JSON(), nullable=False),
    sa.Column('sort', sa.String(length=20), nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('alert', sa.String(length=40), nullable=False),
    sa.Column('mail_salt', sa.String(length=32), nullable=False),
    sa.Column('feed_salt', sa.String(length=32), nullable=True),
    sa.Column('known', sa.LargeBinary(), nullable=True),
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.Column('looked_at', sa.DateTime(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('changed_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_saved_search_owner_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_search')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('saved_search', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_saved_search_alert'), ['alert'], unique=False)
        batch_op.create_index(batch_op.f('ix_saved_search_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_saved_search_shared'), ['shared'], unique=False)

    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.add_column(sa.Column('stop_url', sa.String(length=500), nullable=True))



def downgrade() -> None:
    """Bring the database back to the version before."""
    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.drop_column('stop_url')

    with op.batch_alter_table('saved_search', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_saved_search_shared'))
        batch_op.drop_index(batch_op.f('ix_saved_search_owner_id'))
        batch_op.drop_index(batch_op.f('ix_saved_search_alert'))

    op.drop_table('saved_search')
