"""The nodes of the database."""
