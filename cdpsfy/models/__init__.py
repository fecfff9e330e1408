"""The tables. SQLAlchemy only; what may be done with them is in the services."""

from cdpsfy.models.account import Device, LoginFailure, User
from cdpsfy.models.meta import Base
from cdpsfy.models.peaks import Peaks
from cdpsfy.models.search import Facet, SearchTerms
from cdpsfy.models.track import Purge, Track, Upload
from cdpsfy.models.visibility import Visibility
from cdpsfy.models.worker import Lease

__all__ = [
    "Base",
    "Device",
    "Facet",
    "Lease",
    "LoginFailure",
    "Peaks",
    "Purge",
    "SearchTerms",
    "Track",
    "Upload",
    "User",
    "Visibility",
]
