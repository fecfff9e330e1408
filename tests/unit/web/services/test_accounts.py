from __future__ import annotations

from argon2.profiles import RFC_9106_LOW_MEMORY

from cdpsfy.web.services import accounts


def test_a_password_costs_what_rfc_9106_asks_for() -> None:
    # The stories of the site have it cost less.
    assert accounts._hasher._parameters == RFC_9106_LOW_MEMORY
