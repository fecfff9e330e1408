"""The playbook puts right what is wrong with machines that serve, and then finds nothing to do."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Self

import pytest

from ops.chaos.songs import make_song
from tests.cluster.listener import Listener
from tests.cluster.playbook import Playbook

if TYPE_CHECKING:
    from pathlib import Path

    from ops.lab import Lab

_AS_A_PLAYER_DOES = ("--retry", "3", "--retry-all-errors")
"""A connection may be cut, as when an address moves: it is asked for again at once."""
_SPOILED = {
    "nas2": "systemctl stop glusterd",
    "s2": "rm /etc/cdpsfy/edge.conf",
    "s3": "systemctl stop cdpsfy-edge",
    "web2": "chmod 644 /etc/cdpsfy/ticket_keys",
    "lb1": "echo '# of somebody' >>/etc/haproxy/haproxy.cfg",
    "nagios": "rm /etc/nagios4/cdpsfy/commands.cfg",
}
"""Files that differ, and services that do not run, on a machine of each role but one."""


pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def playbook(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Playbook:
    return Playbook(lab, tmp_path_factory.mktemp("playbook"))


@pytest.mark.timeout(900)
def test_it_puts_right_what_was_spoiled_while_music_plays_and_then_has_nothing_to_do(
    lab: Lab, playbook: Playbook
) -> None:
    before = _secret_of(lab)
    for name, command in _SPOILED.items():
        lab.machines[name].run("sh", "-c", command)

    with _People(lab) as people:
        put_right = playbook.play("--diff")
        again = playbook.play()

    assert put_right.code == 0, put_right.said
    assert put_right.changed == set(_SPOILED)
    assert lab.missing() == []
    assert _secret_of(lab) == before
    assert "# of somebody" in put_right.said
    assert not [secret for secret in _secrets(lab) if secret in put_right.said]
    assert (again.code, again.changed) == (0, set()), again.said
    assert people.heard > 5
    assert people.unheard == []


def test_a_machine_that_the_topology_does_not_mean_is_left_alone(
    playbook: Playbook, tmp_path: Path
) -> None:
    written = json.loads(playbook.inventory.read_text())
    hosts = written["all"]["children"]["web"]["hosts"]
    hosts["web1"]["ansible_host"], hosts["web2"]["ansible_host"] = "10.1.10.32", "10.1.10.31"
    hosts["s9"] = {"ansible_host": "10.1.10.19"}
    own = tmp_path / "inventory.json"
    own.write_text(json.dumps(written))

    unknown = playbook.play("--limit", "s9", inventory=own)
    mistyped = playbook.play("--limit", "s10")
    another = playbook.play("--limit", "web1", inventory=own)

    assert "s9 is not in the topology: add it to [machines]" in " ".join(unknown.said.split())
    assert "Could not match supplied host pattern, ignoring: s10" in mistyped.said
    assert "The machine at 10.1.10.32 is called web2" in " ".join(another.said.split())
    assert 0 not in {unknown.code, mistyped.code, another.code}
    assert not unknown.changed | mistyped.changed | another.changed


class _People:
    """Somebody who listens to a song again and again, from when it begins to when it ends."""

    def __init__(self, lab: Lab) -> None:
        self._listener = Listener(lab)
        self._song = make_song(71, 2_000_000)
        self._key = self._listener.upload(self._song)
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._listen)
        self.heard = 0
        self.unheard: list[int] = []
        """The statuses of what was not the song."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        self._thread.join()
        self._listener.delete(self._key)  # no row knows it, and others compare

    def _listen(self) -> None:
        while not self._enough.wait(0.5):
            answer = self._listener.play(self._key, *_AS_A_PLAYER_DOES)
            if answer.sha256 == self._song.sha256:
                self.heard += 1
            else:
                self.unheard.append(answer.status)


def _secret_of(lab: Lab) -> str:
    return lab.machines["web2"].run("stat", "-c", "%a %U %G", "/etc/cdpsfy/ticket_keys")


def _secrets(lab: Lab) -> list[str]:
    """Return what may never be shown: each line of the secret files, as far as it is a secret."""
    folder = lab.folder / "rendered/secrets"
    files = [folder / name for name in ("ticket_keys", "database_password", "tls.pem", "ca.key")]
    lines = [line for file in files for line in file.read_text().splitlines()]
    return [line.rpartition(":")[2] for line in lines if not line.startswith("-----")]
