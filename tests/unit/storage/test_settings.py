"""A driver's settings: all that are needed, none that is unknown."""

from __future__ import annotations

import pytest

from storage.errors import Misconfigured
from storage.settings import check_names


def test_all_required_names_pass() -> None:
    check_names({"hosts": "nas1", "volume": "nas"}, required=["hosts", "volume"])


def test_an_optional_name_may_be_there_or_not() -> None:
    check_names({}, optional=["volume"])
    check_names({"volume": "nas"}, optional=["volume"])


def test_no_settings_pass_where_none_are_known() -> None:
    check_names({})


@pytest.mark.parametrize("settings", [{}, {"path": ""}, {"path": " \t"}])
def test_a_required_name_without_a_value_is_missing(settings: dict[str, str]) -> None:
    with pytest.raises(Misconfigured, match=r"^storage\.path is missing$"):
        check_names(settings, required=["path"])


def test_every_complaint_is_made_at_once_and_in_order() -> None:
    with pytest.raises(Misconfigured) as refusal:
        check_names({"b": "1", "a": "2"}, required=["volume", "hosts"])

    assert str(refusal.value) == (
        "storage.hosts is missing; storage.volume is missing; "
        "storage.a is not a setting of this driver; storage.b is not a setting of this driver"
    )
