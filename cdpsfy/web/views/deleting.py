"""DELETE, also for a form, which can only POST: its field `_method` says what is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyramid.view import view_config

if TYPE_CHECKING:
    from collections.abc import Callable


def delete_config(**settings: Any) -> Callable[[Any], Any]:  # noqa: ANN401 - Pyramid's own
    """Declare a view for both, with the settings of `view_config`."""
    # One level deeper than usual: the view's module is the one to be scanned, and not this.
    by_method = view_config(request_method="DELETE", _depth=1, **settings)
    by_form = view_config(
        request_method="POST", request_param="_method=delete", _depth=1, **settings
    )
    return lambda view: by_method(by_form(view))
