"""Tells people what Nagios found: `mail`, `file:PATH` or `command:PROGRAM` ([cluster] notify).

A file gets one line: time, machine, service or -, state, text, with tabs between. A program gets
the same words as its arguments.
"""

from __future__ import annotations

import argparse
import os
import subprocess
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import NamedTuple

_SENDMAIL = "/usr/sbin/sendmail"
_TIMEOUT = 25
"""Seconds; Nagios itself waits 30."""


class Notice(NamedTuple):
    """One thing to tell. service is `-` when it is about the machine itself."""

    time: str
    host: str
    service: str
    state: str
    text: str


def to_file(notice: Notice, path: str) -> None:
    """Add a line."""
    line = "\t".join(word.replace("\t", " ") for word in notice)
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(file, f"{line}\n".encode())
    finally:
        os.close(file)


def to_program(notice: Notice, program: str) -> None:
    """Run a program, which is to be through within 25 s."""
    subprocess.run([program, *notice], check=True, timeout=_TIMEOUT)


def mail(notice: Notice, kind: str, receiver: str) -> EmailMessage:
    """Return the letter."""
    letter = EmailMessage()
    about = notice.host if notice.service == "-" else f"{notice.service} on {notice.host}"
    letter["To"] = receiver
    letter["Subject"] = f"{kind}: {about} is {notice.state}"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(f"{about} is {notice.state} since {notice.time}.\n\n{notice.text}\n")
    return letter


def main() -> None:
    """Tell."""
    arguments = argparse.ArgumentParser(description=__doc__)
    for name in ("how", "receiver", "kind", "host", "service", "state", "text"):
        arguments.add_argument(name)
    given = arguments.parse_args()
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    notice = Notice(now, given.host, given.service, given.state, given.text)
    way, _, where = given.how.partition(":")
    if way == "file":
        to_file(notice, where)
    elif way == "command":
        to_program(notice, where)
    else:
        letter = mail(notice, given.kind, given.receiver)
        command = [_SENDMAIL, "-t", "-oi"]
        subprocess.run(command, input=bytes(letter), check=True, timeout=_TIMEOUT)


if __name__ == "__main__":
    main()
