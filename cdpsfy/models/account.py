"""People, the devices they are logged in on, and attempts that failed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cdpsfy.models.meta import Base, Moment, RowId, exact, now


class User(Base):
    """A person with an account."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    """As the person writes it."""
    name_key: Mapped[str] = mapped_column(exact(120), unique=True)
    """As it is compared: a collation would decide otherwise on each database."""
    password_hash: Mapped[str] = mapped_column(String(200))
    is_admin: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    heard_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
    """When something that this person heard was last counted as a play."""


class Device(Base):
    """One browser that is logged in: a session that any instance reads and anyone may end."""

    __tablename__ = "devices"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(exact(64), unique=True)
    """SHA-256 (hex) of the cookie's value: whoever reads the table cannot log in with it."""
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    browser: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(45))
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    seen_at: Mapped[datetime] = mapped_column(Moment, default=now)


class LoginFailure(Base):
    """A log-in that failed: counted for a while, then forgotten."""

    __tablename__ = "login_failures"
    __table_args__ = (Index("ix_login_failures_bucket_failed_at", "bucket", "failed_at"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    bucket: Mapped[str] = mapped_column(exact(64))
    """SHA-256 (hex) of what the attempts have in common."""
    failed_at: Mapped[datetime] = mapped_column(Moment, default=now)
