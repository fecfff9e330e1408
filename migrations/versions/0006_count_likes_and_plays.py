"""Count likes and plays, and keep what each person likes and heard."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import DATETIME

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None


ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime().with_variant(DATETIME(fsp=6), "mysql", "mariadb")


def upgrade() -> None:
    op.add_column("users", sa.Column("heard_at", MOMENT, nullable=True))
    op.create_table(
        "likes",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("user_id", ROW_ID, nullable=False),
        sa.Column("track_id", ROW_ID, nullable=False),
        sa.Column("liked_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name=op.f("fk_likes_track_id_tracks")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_likes_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_likes")),
        sa.UniqueConstraint("track_id", "user_id", name=op.f("uq_likes_track_id_user_id")),
    )
    op.create_index("ix_likes_user_id_id", "likes", ["user_id", "id"])
    op.create_table(
        "plays",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("user_id", ROW_ID, nullable=False),
        sa.Column("track_id", ROW_ID, nullable=False),
        sa.Column("played_at", MOMENT, nullable=False),
        sa.Column("counted_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name=op.f("fk_plays_track_id_tracks")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_plays_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plays")),
        sa.UniqueConstraint("track_id", "user_id", name=op.f("uq_plays_track_id_user_id")),
    )
    op.create_index("ix_plays_user_id_played_at_id", "plays", ["user_id", "played_at", "id"])
    op.create_table(
        "track_counts",
        sa.Column("track_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("plays", sa.BigInteger(), nullable=False),
        sa.Column("likes", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["track_id"], ["tracks.id"], name=op.f("fk_track_counts_track_id_tracks")
        ),
        sa.PrimaryKeyConstraint("track_id", name=op.f("pk_track_counts")),
    )
    op.create_index("ix_track_counts_plays_track_id", "track_counts", ["plays", "track_id"])
    op.create_index("ix_track_counts_likes_track_id", "track_counts", ["likes", "track_id"])


def downgrade() -> None:
    for table in ("track_counts", "plays", "likes"):
        op.drop_table(table)
    op.drop_column("users", "heard_at")
