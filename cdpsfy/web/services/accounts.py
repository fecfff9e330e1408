"""Accounts: who a person is, and which devices they are logged in on."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from cdpsfy.models import Device, User
from cdpsfy.models.meta import now
from cdpsfy.web.services.rows import change
from cdpsfy.web.services.text import clean, comparison_key

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

IDLE_LIFE = timedelta(days=14)
LONGEST_LIFE = timedelta(days=30)
_SEEN_PRECISION = timedelta(minutes=10)
_hasher = PasswordHasher()  # argon2id with RFC 9106's low-memory parameters


class NameTaken(Exception):
    """Somebody has this name, or one that reads the same."""


class WrongPassword(Exception):
    """Name and password do not belong together; which of them is wrong is not told."""


def sign_up(db: Session, name: str, password: str, *, is_admin: bool = False) -> User:
    """Make an account.

    Raises:
        NameTaken: also when two people sign up with it at the same moment.
    """
    user = User(
        name=clean(name, 40),
        name_key=comparison_key(name),
        password_hash=_hasher.hash(password),
        is_admin=is_admin,
    )
    db.add(user)
    try:
        db.flush()
    except IntegrityError as error:
        db.rollback()
        raise NameTaken from error
    return user


def find(db: Session, name: str) -> User | None:
    """Return the account of that name, however it is spelled."""
    return db.scalar(select(User).where(User.name_key == comparison_key(name)))


def verify(db: Session, name: str, password: str) -> User:
    """Return the account that name and password open.

    An unknown name takes as long as a wrong password.

    Raises:
        WrongPassword: they open none.
    """
    user = find(db, name)
    nobodys = _nobodys_hash()  # whoever it is, so that the first one does not tell the two apart
    try:
        _hasher.verify(user.password_hash if user else nobodys, password)
    except (VerifyMismatchError, InvalidHashError) as error:
        raise WrongPassword from error
    if user is None:
        raise WrongPassword
    if _hasher.check_needs_rehash(user.password_hash):
        user.password_hash = _hasher.hash(password)
    return user


@cache
def _nobodys_hash() -> str:
    """Return the hash of what nobody knows; made when needed, as every command imports this."""
    return _hasher.hash(secrets.token_urlsafe())


def change_password(db: Session, user: User, password: str) -> None:
    """Set a new password; every device has to log in again.

    Raises:
        WrongPassword: somebody else has changed it since it was verified.
    """
    unchanged = update(User).where(User.id == user.id, User.password_hash == user.password_hash)
    if change(db, unchanged.values(password_hash=_hasher.hash(password))) != 1:
        raise WrongPassword
    db.execute(delete(Device).where(Device.user_id == user.id))


def log_in(db: Session, user: User, *, browser: str, address: str) -> str:
    """Remember a device and return the token that its cookie is to hold.

    Raises:
        WrongPassword: the password was changed since it was verified.
    """
    db.flush()
    unchanged = select(User.id).where(User.id == user.id, User.password_hash == user.password_hash)
    # Whoever changes the password ends all devices: this one is among them, or is not made.
    if db.scalar(unchanged.with_for_update(read=True)) is None:
        raise WrongPassword
    token = secrets.token_urlsafe(32)
    device = Device(
        token_hash=_hash(token), user_id=user.id, browser=clean(browser, 200), address=address[:45]
    )
    db.add(device)
    db.flush()
    return token


def device_of(db: Session, token: str) -> Device | None:
    """Return the live device that a cookie names, with its user."""
    device = db.scalar(select(Device).where(Device.token_hash == _hash(token)))
    return device if device is not None and _is_live(device) else None


def is_due(device: Device) -> bool:
    """Tell whether it is time to note that a device was seen; not every request writes."""
    return now() - device.seen_at > _SEEN_PRECISION


def note_seen(db: Session, device: Device) -> None:
    """Note that a device was seen now."""
    db.execute(update(Device).where(Device.id == device.id).values(seen_at=now()))


def devices(db: Session, user: User) -> list[Device]:
    """Return a person's live devices, the one seen last first."""
    found = db.scalars(
        select(Device).where(Device.user_id == user.id).order_by(Device.seen_at.desc())
    )
    return [device for device in found if _is_live(device)]


def log_out(db: Session, user: User, device_id: int) -> None:
    """End one of a person's devices; another's are not touched."""
    db.execute(delete(Device).where(Device.id == device_id, Device.user_id == user.id))


def forget_old_devices(db: Session) -> None:
    """Remove the devices whose time is over."""
    oldest, idle = now() - LONGEST_LIFE, now() - IDLE_LIFE
    db.execute(delete(Device).where((Device.created_at < oldest) | (Device.seen_at < idle)))


def _is_live(device: Device) -> bool:
    return now() - device.seen_at < IDLE_LIFE and now() - device.created_at < LONGEST_LIFE


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
