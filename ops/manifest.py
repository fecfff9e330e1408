"""Which configuration files a machine of each role gets, and which services it runs."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ops.topology import Machine


SERVICES = "@services"
"""Stands for the group of the user that runs our services, which the topology names."""


class File(NamedTuple):
    """One file: the template, under `ops/`, and where it goes."""

    template: str
    path: str
    mode: int = 0o644
    group: str = "root"
    """Who may read it, beside root; `systemd-tmpfiles` gives it to them."""
    read_by: tuple[str, ...] = ()
    """The services that read it as they start, beside the one whose unit it is."""


_NRPE = "nagios-nrpe-server"


def _restarts(service: str) -> File:
    return File("systemd/restart.conf.j2", f"/etc/systemd/system/{service}.service.d/restart.conf")


_ALL = (
    File("systemd/hosts.j2", "/etc/hosts"),
    File("systemd/services.j2", "/etc/cdpsfy/services"),
    File("haproxy/ca.pem.j2", "/etc/cdpsfy/ca.pem"),
    File("systemd/tmpfiles.conf.j2", "/etc/tmpfiles.d/cdpsfy.conf"),
)
_WATCHED = (
    _restarts(_NRPE),
    File("nagios/nrpe.cfg.j2", "/etc/nagios/nrpe.cfg", read_by=(_NRPE,)),
    File("nagios/sudoers.j2", "/etc/sudoers.d/cdpsfy-nagios", 0o440),
)
_SERVICES = ("cdpsfy-web", "cdpsfy-worker", "cdpsfy-tracks")
_SERVED = (
    File("site/site.ini.j2", "/etc/cdpsfy/site.ini", read_by=_SERVICES),
    File("site/ticket_keys.j2", "/etc/cdpsfy/ticket_keys", 0o640, SERVICES, _SERVICES),
)
FILES: dict[str, tuple[File, ...]] = {
    "client": _ALL,
    "host": _ALL,
    "balancer": (
        *_ALL,
        *_WATCHED,
        File("haproxy/haproxy.cfg.j2", "/etc/haproxy/haproxy.cfg", read_by=("haproxy",)),
        File("haproxy/tls.pem.j2", "/etc/cdpsfy/tls.pem", 0o600, read_by=("haproxy",)),
        File(
            "keepalived/keepalived.conf.j2",
            "/etc/keepalived/keepalived.conf",
            read_by=("keepalived",),
        ),
        _restarts("haproxy"),
        _restarts("keepalived"),
        File("keepalived/order.conf", "/etc/systemd/system/keepalived.service.d/order.conf"),
    ),
    "web": (
        *_ALL,
        *_WATCHED,
        *_SERVED,
        File("site/database_url.j2", "/etc/cdpsfy/database_url", 0o640, SERVICES, _SERVICES),
        File("systemd/cdpsfy-web.service.j2", "/etc/systemd/system/cdpsfy-web.service"),
        File("systemd/cdpsfy-worker.service.j2", "/etc/systemd/system/cdpsfy-worker.service"),
        File("systemd/cdpsfy-fsck.service.j2", "/etc/systemd/system/cdpsfy-fsck.service"),
        File("systemd/cdpsfy-fsck.timer", "/etc/systemd/system/cdpsfy-fsck.timer"),
    ),
    "database": (
        *_ALL,
        *_WATCHED,
        File(
            "mariadb/cluster.cnf.j2",
            "/etc/mysql/mariadb.conf.d/60-cdpsfy.cnf",
            read_by=("mariadb",),
        ),
        File("mariadb/mariadb.conf.j2", "/etc/systemd/system/mariadb.service.d/cdpsfy.conf"),
        File(
            "mariadb/cdpsfy-database-check.service.j2",
            "/etc/systemd/system/cdpsfy-database-check.service",
        ),
    ),
    "tracks": (
        *_ALL,
        *_WATCHED,
        *_SERVED,
        File("systemd/cdpsfy-tracks.service.j2", "/etc/systemd/system/cdpsfy-tracks.service"),
        File("systemd/cdpsfy-edge.service.j2", "/etc/systemd/system/cdpsfy-edge.service"),
        File("nginx/edge.conf.j2", "/etc/cdpsfy/edge.conf", read_by=("cdpsfy-edge",)),
        File("nginx/logrotate.j2", "/etc/logrotate.d/cdpsfy-edge"),
        # Empty, which is masked to systemd: Debian's would serve a page of its own on port 80.
        File("nginx/nginx.service", "/etc/systemd/system/nginx.service"),
        File("gluster/systemd/cdpsfy-nas.service.j2", "/etc/systemd/system/cdpsfy-nas.service"),
        File(
            "gluster/systemd/cdpsfy-nas-watch.service.j2",
            "/etc/systemd/system/cdpsfy-nas-watch.service",
        ),
        File(
            "gluster/systemd/cdpsfy-nas-watch.timer", "/etc/systemd/system/cdpsfy-nas-watch.timer"
        ),
    ),
    "nas": (
        *_ALL,
        *_WATCHED,
        File("gluster/make-volume.j2", "/etc/cdpsfy/make-volume", 0o755),
        File("gluster/systemd/glusterd.service", "/etc/systemd/system/glusterd.service"),
        File("systemd/cdpsfy-scrub.service.j2", "/etc/systemd/system/cdpsfy-scrub.service"),
        File("systemd/cdpsfy-scrub.timer", "/etc/systemd/system/cdpsfy-scrub.timer"),
    ),
    "monitor": (
        *_ALL,
        *_WATCHED,
        File("site/ticket_keys.j2", "/etc/cdpsfy/ticket_keys", 0o640, "nagios"),
        File("nagios/nagios.cfg.j2", "/etc/nagios4/nagios.cfg", read_by=("nagios4",)),
        File("nagios/commands.cfg.j2", "/etc/nagios4/cdpsfy/commands.cfg", read_by=("nagios4",)),
        File("nagios/objects.cfg.j2", "/etc/nagios4/cdpsfy/objects.cfg", read_by=("nagios4",)),
        File("nagios/cgi.cfg.j2", "/etc/nagios4/cgi.cfg"),
        File("nagios/nginx.conf.j2", "/etc/nginx/nginx.conf", read_by=("nginx",)),
        _restarts("nagios4"),
        _restarts("nginx"),
        File("nagios/fcgiwrap.service", "/etc/systemd/system/fcgiwrap.service"),
        # Empty, which is masked to systemd: Debian's hands fcgiwrap a socket elsewhere, and it then
        # does not make the one it is told to.
        File("nagios/fcgiwrap.socket", "/etc/systemd/system/fcgiwrap.socket"),
    ),
}
_PYTHON = ("python3-venv", "make")
_EVERYWHERE = (
    "git",
    "ca-certificates",
    "python3",
    _NRPE,
    "monitoring-plugins-basic",
    "sudo",
    "nftables",
)
PACKAGES: dict[str, tuple[str, ...]] = {
    "balancer": (*_EVERYWHERE, "haproxy", "keepalived", "socat", "curl"),
    "web": (*_EVERYWHERE, *_PYTHON, "ffmpeg"),
    "database": (
        *_EVERYWHERE,
        *_PYTHON,
        "mariadb-server",
        "galera-4",
        "mariadb-backup",
        "socat",
        "curl",
    ),
    # Without the parts of glusterfs-common, which it loads, libgfapi0 finds no volume.
    "tracks": (
        *_EVERYWHERE,
        *_PYTHON,
        "nginx-light",
        "logrotate",
        "libgfapi0",
        "glusterfs-common",
    ),
    "nas": (*_EVERYWHERE, *_PYTHON, "glusterfs-server", "xfsprogs"),
    "monitor": (
        *_EVERYWHERE,
        "nagios4-core",
        "nagios4-cgi",
        "php-cgi",
        "nagios-nrpe-plugin",
        "nginx-light",
        "fcgiwrap",
        "openssl",
    ),
}
"""Debian's packages of each role, without what they recommend."""


PROJECT_READERS = (*_SERVICES, "cdpsfy-database-check")
"""The services that are the project's own programs: a new version is read as they start."""
RELOADING = ("haproxy", "keepalived", "cdpsfy-edge", "nagios4", "nginx")
"""The services that read their files anew when they are told to, and end nothing for it."""


def packages(machine: Machine) -> list[str]:
    """Return Debian's packages of a machine: those of its role, and those that mount the volume."""
    mounts = ("glusterfs-client", "fuse") if _mounts(machine) else ()
    return [*PACKAGES.get(machine.role, ()), *mounts]


def services(machine: Machine) -> list[str]:
    """Return the names of the units that a machine runs, in the order in which they start."""
    of_role = {
        "client": [],
        "host": [],
        "balancer": ["haproxy", "keepalived", _NRPE],
        "web": ["cdpsfy-web", "cdpsfy-worker", _NRPE, "cdpsfy-fsck.timer"],
        "database": ["mariadb", "cdpsfy-database-check", _NRPE],
        "tracks": ["cdpsfy-tracks", "cdpsfy-edge", _NRPE],
        "nas": ["glusterd", _NRPE, "cdpsfy-scrub.timer"],
        "monitor": ["nagios4", "fcgiwrap", "nginx", _NRPE],
    }[machine.role]
    if machine.alone:
        of_role.remove("keepalived")
    return ["cdpsfy-nas", *of_role, "cdpsfy-nas-watch.timer"] if _mounts(machine) else of_role


def _mounts(machine: Machine) -> bool:
    return machine.role == "tracks" and machine.driver == "gluster-fuse"


def files(machine: Machine) -> tuple[File, ...]:
    """Return the files of a machine: those of its role, without what is of no use to it."""
    useless = ""
    if machine.role == "tracks" and machine.driver != "gluster-fuse":
        useless = "cdpsfy-nas"
    if machine.alone:
        useless = "keepalived"
    return tuple(file for file in FILES[machine.role] if not useless or useless not in file.path)


def readers(machine: Machine, file: File) -> list[str]:
    """Return the services of a machine that know a file only when they read it anew."""
    unit = next((part for part in PurePosixPath(file.path).parts if ".service" in part), "")
    own = unit.partition(".service")[0] or PurePosixPath(file.path).name
    return [name for name in services(machine) if name in {own, *file.read_by}]
