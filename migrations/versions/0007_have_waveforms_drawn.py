"""Have the outline of each track computed; those that are there get theirs in time."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import DATETIME

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime().with_variant(DATETIME(fsp=6), "mysql", "mariadb")


def upgrade() -> None:
    op.create_table(
        "peaks",
        sa.Column("track_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("levels", sa.LargeBinary(800), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name="fk_peaks_track_id_tracks"),
        sa.PrimaryKeyConstraint("track_id", name="pk_peaks"),
    )
    op.create_index("ix_peaks_due_at", "peaks", ["due_at"])
    op.execute(
        "INSERT INTO peaks (track_id, failures, due_at) "
        "SELECT id, 0, created_at FROM tracks WHERE purged_at IS NULL"
    )


def downgrade() -> None:
    op.drop_table("peaks")
