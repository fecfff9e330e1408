"""Makes what a cluster keeps secret, once: nothing that exists is made anew."""

from __future__ import annotations

import secrets
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from ops.topology import Topology

_DAYS = 825


def make_secrets(topology: Topology, folder: Path) -> None:
    """Make the ticket keys, the database's passwords, and a certificate by an authority of its own.

    In production, put the certificate and key that your browsers believe into `tls.pem` instead.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    kid = f"{datetime.now(UTC):%Y-%m}"
    password = secrets.token_urlsafe(24)
    _write(folder / "ticket_keys", f"{kid}:{secrets.token_urlsafe(32)}\n")
    _write(folder / "database_password", f"{password}\n")
    if not (folder / "tls.pem").exists():
        _certify(folder, [topology.cluster["site"], topology.cluster["tracks"]])


def _write(path: Path, text: str) -> None:
    if not path.exists():
        path.touch(0o600)
        path.write_text(text, "utf-8")


def _certify(folder: Path, names: list[str]) -> None:
    days = ["-days", str(_DAYS)]
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    authority, key = folder / "ca.pem", folder / "ca.key"
    _openssl("req", "-x509", *curve, *days, "-subj", "/CN=CDPSfy trial authority",
             "-keyout", str(key), "-out", str(authority))  # fmt: skip
    own, request, extensions = (folder / f"tls.{end}" for end in ("key", "csr", "ext"))
    _openssl("req", *curve, "-subj", f"/CN={names[0]}", "-keyout", str(own), "-out", str(request))
    listed = ",".join(f"DNS:{name}" for name in names)
    extensions.write_text(f"subjectAltName={listed}\nbasicConstraints=CA:FALSE\n", "utf-8")
    certificate = _openssl("x509", "-req", "-in", str(request), "-CA", str(authority),
                           "-CAkey", str(key), *days, "-extfile", str(extensions))  # fmt: skip
    _write(folder / "tls.pem", certificate + own.read_text("utf-8"))
    for path in (own, request, extensions):
        path.unlink()


def _openssl(*arguments: str) -> str:
    """Run openssl; return what it wrote to standard output."""
    done = subprocess.run(
        ["openssl", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"openssl {arguments[0]}: {done.stderr.strip()}")
    return done.stdout
