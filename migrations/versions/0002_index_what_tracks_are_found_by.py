"""Index what tracks are found by, with each database's own full text."""

import sqlalchemy as sa
from alembic import op

from cdpsfy.web.services.search.facets import facets_of
from cdpsfy.web.services.search.terms import terms_of

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EXACT = sa.Text().with_variant(sa.Text(collation="utf8mb4_bin"), "mysql", "mariadb")
BATCH = 1000


def exact(length: int) -> sa.String:
    mariadbs = sa.String(length, collation="utf8mb4_bin")
    postgresqls = sa.String(length, collation="C")
    plain = sa.String(length).with_variant(postgresqls, "postgresql")
    return plain.with_variant(mariadbs, "mysql", "mariadb")


TRACKS = sa.table(
    "tracks",
    *map(sa.column, ("id", "owner_id", "title", "artist", "album", "genre", "year", "deleted_at")),
)
USERS = sa.table("users", sa.column("id"), sa.column("name"))
SEARCH_TERMS = sa.table("search_terms", sa.column("track_id"), sa.column("terms"))
FACETS = sa.table("facets", sa.column("kind"), sa.column("slug"), sa.column("track_id"))

# The words are in `search_terms` already. `detail` and `columnsize` leave out where in a row a word
# stands, which nobody asks for; `prefix` keeps the beginnings of one to ten letters, after a tag
# of two, as words of their own: by them the newest are found without reading all others.
SQLITE_INDEX = """
    CREATE VIRTUAL TABLE search_index USING fts5(
        terms, content = 'search_terms', content_rowid = 'track_id',
        tokenize = "ascii tokenchars '_'",
        prefix = '3 4 5 6 7 8 9 10 11 12', detail = 'none', columnsize = 0)
"""
SQLITE_ADD = "INSERT INTO search_index (rowid, terms) VALUES (new.track_id, new.terms)"
SQLITE_REMOVE = """
    INSERT INTO search_index (search_index, rowid, terms)
    VALUES ('delete', old.track_id, old.terms)
"""
SQLITE_TRIGGERS = {
    "INSERT": f"{SQLITE_ADD};",
    "DELETE": f"{SQLITE_REMOVE};",
    "UPDATE": f"{SQLITE_REMOVE}; {SQLITE_ADD};",
}
# With `to_tsvector`, the parser and the locale of the server would decide what a word is.
# The function costs what a thousand operators do, which the planner must know: else it reads all
# rows, and not the index, for what many have.
POSTGRESQL_LEXEMES = """
    CREATE FUNCTION search_lexemes(terms text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000
    AS $$ BEGIN RETURN array_to_tsvector(string_to_array(terms, ' ')); END $$
"""
POSTGRESQL_INDEX = "CREATE INDEX search_index ON search_terms USING gin (search_lexemes(terms))"
MARIADB_INDEX = "CREATE FULLTEXT INDEX search_index ON search_terms (terms)"


def upgrade() -> None:
    op.create_table(
        "search_terms",
        sa.Column("track_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("terms", EXACT, nullable=False),
        sa.ForeignKeyConstraint(
            ["track_id"], ["tracks.id"], name=op.f("fk_search_terms_track_id_tracks")
        ),
        sa.PrimaryKeyConstraint("track_id", name=op.f("pk_search_terms")),
    )
    op.create_table(
        "facets",
        sa.Column("kind", exact(6), nullable=False),
        sa.Column("slug", exact(200), nullable=False),
        sa.Column("track_id", ROW_ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["track_id"], ["tracks.id"], name=op.f("fk_facets_track_id_tracks")
        ),
        sa.PrimaryKeyConstraint("kind", "slug", "track_id", name=op.f("pk_facets")),
    )
    _fill()
    op.create_index(op.f("ix_facets_track_id"), "facets", ["track_id"])
    dialect = op.get_bind().dialect.name
    if dialect == "sqlite":
        op.execute(SQLITE_INDEX)
        op.execute("INSERT INTO search_index (search_index) VALUES ('rebuild')")
        for event, statements in SQLITE_TRIGGERS.items():
            op.execute(
                f"CREATE TRIGGER search_terms_{event.lower()} AFTER {event} ON search_terms "
                f"BEGIN {statements} END"
            )
    elif dialect == "postgresql":
        op.execute(POSTGRESQL_LEXEMES)
        op.execute(POSTGRESQL_INDEX)
    else:
        op.execute(MARIADB_INDEX)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    if dialect == "sqlite":
        op.execute("DROP TABLE search_index")
    op.drop_table("search_terms")
    if dialect == "postgresql":
        op.execute("DROP FUNCTION search_lexemes")
    op.drop_table("facets")


def _fill() -> None:
    connection = op.get_bind()
    live = (
        sa.select(TRACKS, USERS.c.name.label("uploader"))
        .join(USERS, TRACKS.c.owner_id == USERS.c.id)
        .where(TRACKS.c.deleted_at.is_(None))
    )
    newest = sa.select(sa.func.coalesce(sa.func.max(TRACKS.c.id), 0))
    after = 0
    while after < connection.scalar(newest):
        # By numbers and not by LIMIT: PostgreSQL without statistics would sort all that is left,
        # for each batch.
        batch = live.where(TRACKS.c.id > after, TRACKS.c.id <= after + BATCH)
        after += BATCH
        found = connection.execute(batch).all()
        terms = [
            {"track_id": track.id, "terms": terms_of(track, track.uploader)} for track in found
        ]
        facets = [
            {"kind": kind, "slug": slug, "track_id": track.id}
            for track in found
            for kind, slug in facets_of(track).items()
        ]
        if terms:
            connection.execute(SEARCH_TERMS.insert(), terms)
        if facets:
            connection.execute(FACETS.insert(), facets)
        if connection.dialect.name in ("mysql", "mariadb"):
            # The tables are committed there already, and Galera sends a transaction as a whole.
            connection.exec_driver_sql("COMMIT")
