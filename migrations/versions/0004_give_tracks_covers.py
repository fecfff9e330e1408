"""Give tracks covers; of each upload it is said which of the two it brings."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def exact(length: int) -> sa.String:
    mariadbs = sa.String(length, collation="utf8mb4_bin")
    postgresqls = sa.String(length, collation="C")
    plain = sa.String(length).with_variant(postgresqls, "postgresql")
    return plain.with_variant(mariadbs, "mysql", "mariadb")


def upgrade() -> None:
    op.create_table(
        "covers",
        sa.Column("track_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("small", exact(91), nullable=False),
        sa.Column("medium", exact(91), nullable=False),
        sa.Column("large", exact(91), nullable=False),
        sa.Column("small_size", sa.Integer(), nullable=False),
        sa.Column("medium_size", sa.Integer(), nullable=False),
        sa.Column("large_size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["track_id"], ["tracks.id"], name=op.f("fk_covers_track_id_tracks")
        ),
        sa.PrimaryKeyConstraint("track_id", name=op.f("pk_covers")),
        sa.UniqueConstraint("small", name=op.f("uq_covers_small")),
        sa.UniqueConstraint("medium", name=op.f("uq_covers_medium")),
        sa.UniqueConstraint("large", name=op.f("uq_covers_large")),
    )
    op.add_column("uploads", sa.Column("kind", exact(6), nullable=False, server_default="tracks"))


def downgrade() -> None:
    op.drop_column("uploads", "kind")
    op.drop_table("covers")
