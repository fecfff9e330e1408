"""Make the first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import DATETIME

revision = "0001"
down_revision = None
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
        "leases",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "login_failures",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("bucket", exact(64), nullable=False),
        sa.Column("failed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_failures")),
    )
    op.create_index("ix_login_failures_bucket_failed_at", "login_failures", ["bucket", "failed_at"])

    op.create_table(
        "users",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("name_key", exact(120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name_key", name=op.f("uq_users_name_key")),
    )
    op.create_table(
        "devices",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("token_hash", exact(64), nullable=False),
        sa.Column("user_id", ROW_ID, nullable=False),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_devices_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_devices_token_hash")),
    )
    op.create_index(op.f("ix_devices_user_id"), "devices", ["user_id"])

    op.create_table(
        "tracks",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("public_id", exact(12), nullable=False),
        sa.Column("owner_id", ROW_ID, nullable=False),
        sa.Column("key", exact(91), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", exact(64), nullable=False),
        sa.Column("form", exact(26), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("artist", sa.String(length=200), nullable=False),
        sa.Column("album", sa.String(length=200), nullable=False),
        sa.Column("genre", sa.String(length=100), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.Column("purged_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_tracks_owner_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracks")),
        sa.UniqueConstraint("key", name=op.f("uq_tracks_key")),
        sa.UniqueConstraint(
            "owner_id", "form", "sha256", name=op.f("uq_tracks_owner_id_form_sha256")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_tracks_public_id")),
    )
    op.create_index("ix_tracks_deleted_at_id", "tracks", ["deleted_at", "id"])
    op.create_index("ix_tracks_owner_id_deleted_at_id", "tracks", ["owner_id", "deleted_at", "id"])

    op.create_table(
        "uploads",
        sa.Column("ulid", exact(26), nullable=False),
        sa.Column("key", exact(91), nullable=False),
        sa.Column("owner_id", ROW_ID, nullable=False),
        sa.Column("lease_until", MOMENT, nullable=False),
        sa.Column("swept_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_uploads_owner_id_users")),
        sa.PrimaryKeyConstraint("ulid", name=op.f("pk_uploads")),
        sa.UniqueConstraint("key", name=op.f("uq_uploads_key")),
    )
    op.create_index(op.f("ix_uploads_lease_until"), "uploads", ["lease_until"])

    op.create_table(
        "purges",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("track_id", ROW_ID, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("claimed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["track_id"], ["tracks.id"], name=op.f("fk_purges_track_id_tracks")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purges")),
        sa.UniqueConstraint("track_id", name=op.f("uq_purges_track_id")),
    )
    op.create_index(op.f("ix_purges_due_at"), "purges", ["due_at"])


def downgrade() -> None:
    for table in ("purges", "uploads", "tracks", "devices", "users", "login_failures", "leases"):
        op.drop_table(table)
