"""Make playlists."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import DATETIME

revision = "0005"
down_revision = "0007"
branch_labels = None
depends_on = None


ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime().with_variant(DATETIME(fsp=6), "mysql", "mariadb")


def exact(length: int) -> sa.String:
    mariadbs = sa.String(length, collation="utf8mb4_bin")
    postgresqls = sa.String(length, collation="C")
    plain = sa.String(length).with_variant(postgresqls, "postgresql")
    return plain.with_variant(mariadbs, "mysql", "mariadb")


def upgrade() -> None:
    op.create_table(
        "playlists",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("public_id", exact(12), nullable=False),
        sa.Column("owner_id", ROW_ID, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("description", sa.String(length=1000), nullable=False),
        sa.Column("visibility", exact(8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_playlists_owner_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playlists")),
        sa.UniqueConstraint("public_id", name=op.f("uq_playlists_public_id")),
    )
    op.create_index(
        "ix_playlists_visibility_deleted_at_id", "playlists", ["visibility", "deleted_at", "id"]
    )
    op.create_index(
        "ix_playlists_owner_id_deleted_at_id", "playlists", ["owner_id", "deleted_at", "id"]
    )
    op.create_index(op.f("ix_playlists_deleted_at"), "playlists", ["deleted_at"])

    op.create_table(
        "playlist_entries",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("playlist_id", ROW_ID, nullable=False),
        sa.Column("track_id", ROW_ID, nullable=False),
        sa.Column("added_by_id", ROW_ID, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["playlist_id"],
            ["playlists.id"],
            name=op.f("fk_playlist_entries_playlist_id_playlists"),
        ),
        sa.ForeignKeyConstraint(
            ["track_id"], ["tracks.id"], name=op.f("fk_playlist_entries_track_id_tracks")
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["users.id"], name=op.f("fk_playlist_entries_added_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playlist_entries")),
        sa.UniqueConstraint(
            "playlist_id", "position", name=op.f("uq_playlist_entries_playlist_id_position")
        ),
    )
    op.create_index(op.f("ix_playlist_entries_track_id"), "playlist_entries", ["track_id"])

    op.create_table(
        "playlist_members",
        sa.Column("playlist_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("user_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("role", exact(8), nullable=False),
        sa.ForeignKeyConstraint(
            ["playlist_id"],
            ["playlists.id"],
            name=op.f("fk_playlist_members_playlist_id_playlists"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_playlist_members_user_id_users")
        ),
        sa.PrimaryKeyConstraint("playlist_id", "user_id", name=op.f("pk_playlist_members")),
    )
    op.create_index(op.f("ix_playlist_members_user_id"), "playlist_members", ["user_id"])

    op.create_table(
        "playlist_words",
        sa.Column("word", exact(80), nullable=False),
        sa.Column("playlist_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("in_name", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["playlist_id"], ["playlists.id"], name=op.f("fk_playlist_words_playlist_id_playlists")
        ),
        sa.PrimaryKeyConstraint("word", "playlist_id", name=op.f("pk_playlist_words")),
    )
    op.create_index(op.f("ix_playlist_words_playlist_id"), "playlist_words", ["playlist_id"])


def downgrade() -> None:
    for table in ("playlist_words", "playlist_members", "playlist_entries", "playlists"):
        op.drop_table(table)
