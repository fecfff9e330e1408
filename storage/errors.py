"""What can go wrong in storage: nine errors, and a caller never sees another one."""

from __future__ import annotations


class StorageError(Exception):
    """Superclass of all storage errors. Never raised itself."""


class InvalidKey(StorageError, ValueError):
    """The name is not `<sha256, hex>-<ulid>`: no object can bear it."""


class NotFound(StorageError, LookupError):
    """No committed object of that key is on the volume."""


class Exists(StorageError):
    """The key is taken by an attempt that is not whole: still being written, or interrupted."""


class DigestMismatch(StorageError, ValueError):
    """The bytes do not have the SHA-256 that the caller expected. Nothing was written."""


class TooLarge(StorageError, ValueError):
    """The source is longer than an object may be (`MAX_SIZE`). Nothing was written."""


class Corrupt(StorageError):
    """A block fails its checksum on every replica. Its bytes are not handed out."""


class Full(StorageError):
    """The volume has no room for the object. Nothing of it was kept."""


class Unavailable(StorageError):
    """The volume does not answer, or not as a volume does. Worth another try later."""


class Misconfigured(StorageError, ValueError):
    """A setting is missing, unknown or unusable; the message names it."""
