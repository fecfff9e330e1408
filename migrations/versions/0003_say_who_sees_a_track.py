"""Say of each track who sees it; all that are there were public."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def exact(length: int) -> sa.String:
    mariadbs = sa.String(length, collation="utf8mb4_bin")
    postgresqls = sa.String(length, collation="C")
    plain = sa.String(length).with_variant(postgresqls, "postgresql")
    return plain.with_variant(mariadbs, "mysql", "mariadb")


def upgrade() -> None:
    op.add_column(
        "tracks", sa.Column("visibility", exact(8), nullable=False, server_default="public")
    )
    op.create_index(
        "ix_tracks_visibility_deleted_at_id", "tracks", ["visibility", "deleted_at", "id"]
    )
    op.drop_index("ix_tracks_deleted_at_id", "tracks")


def downgrade() -> None:
    op.create_index("ix_tracks_deleted_at_id", "tracks", ["deleted_at", "id"])
    op.drop_index("ix_tracks_visibility_deleted_at_id", "tracks")
    op.drop_column("tracks", "visibility")
