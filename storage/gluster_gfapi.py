"""A Gluster volume reached directly by libgfapi: without a mount, without root."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from storage.gluster import replica_files, volume_files
from storage.settings import check_names
from storage.write_once import WriteOnceDriver

if TYPE_CHECKING:
    from collections.abc import Mapping


class GlusterGfapiDriver(WriteOnceDriver):
    """The write-once algorithm over libgfapi.

    Settings: `storage.hosts`, the volume's nodes, separated by blanks; `storage.volume`, its name;
    optional `storage.log_file`, where libgfapi writes its own log (stderr, where that
    can be opened by name: not under systemd).
    """

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Self:
        check_names(settings, required=["hosts", "volume"], optional=["log_file"])
        return cls(volume_files(settings), replicas=replica_files(settings))
