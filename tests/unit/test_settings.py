from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cdpsfy.settings import SETTINGS, Misconfigured, TicketKey, read_settings

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "a-secret-of-the-tests-and-of-nothing-else"
INI = {"cdpsfy.ticket_keys": f"test:{SECRET}", "cdpsfy.tracks_url": "https://tracks.example.org"}
PRODUCTION = {**INI, "cdpsfy.production": "true", "cdpsfy.https": "true"}


def test_what_is_not_written_has_its_default() -> None:
    settings = read_settings(INI)

    assert settings["production"] is False
    assert settings["upload_limit"] == 200 * 1024**2
    assert settings["concurrent_uploads"] == 3
    assert settings["upload_lease"] == 3600
    assert settings["grace_period"] == 7 * 86400
    assert settings["log_format"] == "console"


def test_the_site_reaches_the_track_service_where_browsers_do_unless_told() -> None:
    inside = {**INI, "cdpsfy.tracks_internal_url": "http://10.0.0.1:6544"}

    assert read_settings(INI)["tracks_internal_url"] == "https://tracks.example.org"
    assert read_settings(inside)["tracks_internal_url"] == "http://10.0.0.1:6544"


def test_several_keys_keep_their_order() -> None:
    settings = read_settings({**INI, "cdpsfy.ticket_keys": f"b:{SECRET}b\n  a:{SECRET}:a"})

    assert settings["ticket_keys"] == (
        TicketKey("b", f"{SECRET}b"),
        TicketKey("a", f"{SECRET}:a"),
    )


@pytest.mark.parametrize("name", ["cdpsfy.tickets_key", "tracks.url", "cdpsfy."])
def test_an_unknown_name_stops_the_start(name: str) -> None:
    with pytest.raises(Misconfigured, match=f"^{name} is not a setting"):
        read_settings({**INI, name: "x"})


def test_names_of_others_are_not_looked_at() -> None:
    read_settings({**INI, "storage.driver": "x", "sqlalchemy.url": "x", "pyramid.includes": "x"})


@pytest.mark.parametrize("name", [name for name, it in SETTINGS.items() if it.default is None])
def test_a_missing_name_stops_the_start(name: str) -> None:
    with pytest.raises(Misconfigured, match=f"^{name} is missing"):
        read_settings({other: value for other, value in INI.items() if other != name})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("production", "yes"),
        ("https", ""),
        ("ticket_keys", ""),
        ("ticket_keys", SECRET),
        ("ticket_keys", f":{SECRET}"),
        ("ticket_keys", "test:"),
        ("ticket_keys", "test:" + "x" * 31),
        ("ticket_keys", f"test:{SECRET} other:short"),
        ("tracks_url", ""),
        ("tracks_url", "tracks.example.org"),
        ("tracks_url", "https://tracks.example.org/"),
        ("tracks_url", "https://user:word@tracks.example.org"),
        ("tracks_url", "javascript:alert(1)"),
        ("tracks_internal_url", "nonsense"),
        ("upload_limit", "200"),
        ("upload_limit", "200 MB"),
        ("upload_limit", "-1 MiB"),
        ("upload_limit", "1.5 MiB"),
        ("concurrent_uploads", "0"),
        ("concurrent_uploads", "many"),
        ("concurrent_uploads", "\u00b2"),
        ("upload_lease", "1"),
        ("grace_period", "1 month"),
        ("log_format", "xml"),
    ],
)
def test_an_unusable_value_stops_the_start(name: str, text: str) -> None:
    with pytest.raises(Misconfigured, match=f"^cdpsfy.{name}: "):
        read_settings({**INI, f"cdpsfy.{name}": text})


@pytest.mark.parametrize(
    ("text", "seconds"), [("30 s", 30), ("5min", 300), ("2 h", 7200), ("1 d", 86400)]
)
def test_durations_are_read_in_seconds(text: str, seconds: int) -> None:
    assert read_settings({**INI, "cdpsfy.upload_lease": text})["upload_lease"] == seconds


@pytest.mark.parametrize(("text", "size"), [("1 B", 1), ("2 KiB", 2048), ("1GiB", 1024**3)])
def test_sizes_are_read_in_bytes(text: str, size: int) -> None:
    assert read_settings({**INI, "cdpsfy.upload_limit": text})["upload_limit"] == size


def test_production_starts_with_a_secret_of_its_own() -> None:
    assert read_settings(PRODUCTION)["production"] is True


@pytest.mark.parametrize("sample", ["change-me", "development", "CHANGE-ME"])
def test_production_refuses_a_sample_secret(sample: str) -> None:
    keys = f"own:{SECRET} shipped:{sample}-{'x' * 32}"

    with pytest.raises(Misconfigured, match="'shipped' is a sample"):
        read_settings({**PRODUCTION, "cdpsfy.ticket_keys": keys})


def test_production_refuses_cookies_in_clear() -> None:
    with pytest.raises(Misconfigured, match=r"^cdpsfy\.https must be true"):
        read_settings({**PRODUCTION, "cdpsfy.https": "false"})


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"test:{SECRET}\n", "utf-8")

    settings = read_settings({**INI, "cdpsfy.ticket_keys": f"file:{path}"})

    assert settings["ticket_keys"] == (TicketKey("test", SECRET),)


def test_a_secret_in_a_file_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"^cdpsfy\.ticket_keys: .*No such file"):
        read_settings({**INI, "cdpsfy.ticket_keys": f"file:{tmp_path}/none"})


def test_no_message_tells_a_secret() -> None:
    with pytest.raises(Misconfigured) as refusal:
        read_settings({**INI, "cdpsfy.ticket_keys": "test:hunter2"})

    assert "hunter2" not in str(refusal.value)
