"""What an operator can do about an error of a Gluster volume."""

from __future__ import annotations

import errno

_CONNECTION = (
    "two of three nodes must serve: gluster volume status {volume}; ops/gluster/heal.sh {volume}"
)
_SILENCE = (
    "a node or the network keeps silent: gluster volume status {volume}; it goes on by itself when "
    "the node answers, or is given up"
)
_ADVICE = {
    errno.ENOTCONN: _CONNECTION,
    errno.EBADFD: _CONNECTION,
    errno.ETIMEDOUT: _SILENCE,
    errno.EAGAIN: _SILENCE,
    errno.EROFS: (
        "it is mounted read-only, or features.read-only is set, or a brick's disk is broken: "
        "gluster volume info {volume}; dmesg on the nodes"
    ),
    errno.EIO: (
        "copies may contradict each other, or a disk is broken: gluster volume heal {volume} info "
        "split-brain; dmesg on the nodes"
    ),
}
_ELSE = "gluster volume status {volume}, and the logs in /var/log/glusterfs"


def advice(volume: str, error: OSError) -> str:
    """Return what to look at and to try, by the error's errno, for the volume of this name."""
    return _ADVICE.get(error.errno or 0, _ELSE).format(volume=volume)
