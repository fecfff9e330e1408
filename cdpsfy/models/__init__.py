"""The tables. SQLAlchemy only; what may be done with them is in the services."""

from cdpsfy.models.account import Device, LoginFailure, User
from cdpsfy.models.cover import Cover
from cdpsfy.models.listening import Like, Play, TrackCounts
from cdpsfy.models.meta import Base
from cdpsfy.models.peaks import Peaks
from cdpsfy.models.playlist import (
    Playlist,
    PlaylistEntry,
    PlaylistMember,
    PlaylistWord,
    Role,
)
from cdpsfy.models.search import Facet, SearchTerms
from cdpsfy.models.track import Kind, Purge, Track, Upload
from cdpsfy.models.visibility import Visibility
from cdpsfy.models.worker import Lease

__all__ = [
    "Base",
    "Cover",
    "Device",
    "Facet",
    "Kind",
    "Lease",
    "Like",
    "LoginFailure",
    "Peaks",
    "Play",
    "Playlist",
    "PlaylistEntry",
    "PlaylistMember",
    "PlaylistWord",
    "Purge",
    "Role",
    "SearchTerms",
    "Track",
    "TrackCounts",
    "Upload",
    "User",
    "Visibility",
]
