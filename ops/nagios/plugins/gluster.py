"""Asks the glusterd of this node, and reads what it says."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from ops.nagios.plugins.answer import Unknown
from ops.nagios.plugins.programs import Said, run

_GRACE = 3.0
"""Seconds beyond the time that sudoers names: only root can end what root runs."""


def ask(*words: str, timeout: int) -> ET.Element:
    """Run a gluster command as root, which sudoers must name word for word; return its XML.

    Raises:
        Unknown: it did not answer in time, or cannot do that now.
    """
    command = ["/usr/bin/timeout", str(timeout), "/usr/sbin/gluster", "--mode=script", "--xml"]
    said = run("/usr/bin/sudo", "-n", *command, *words, timeout=timeout + _GRACE)
    return understand(said, timeout)


def understand(said: Said, timeout: int) -> ET.Element:
    """Return the XML of a good answer.

    Raises:
        Unknown: it is none.
    """
    if said.code == 124:  # noqa: PLR2004 - of timeout(1)
        raise Unknown(f"glusterd did not answer within {timeout} s")
    try:
        root = ET.fromstring(said.text)  # noqa: S314 - from our own glusterd
    except ET.ParseError:
        raise Unknown(said.text or f"gluster ended with {said.code} and said nothing") from None
    if root.findtext("opRet") != "0":
        raise Unknown(root.findtext("opErrstr") or "gluster failed, and does not say why")
    return root
