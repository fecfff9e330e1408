"""Give tracks their places on albums; those that are there keep the order of their upload."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tracks", sa.Column("disc", sa.Integer(), nullable=True))
    op.add_column("tracks", sa.Column("number", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("tracks", "number")
    op.drop_column("tracks", "disc")
