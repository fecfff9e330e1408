"""Putting tracks into playlists, moving them there, taking them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPBadRequest, HTTPSeeOther
from pyramid.view import view_config

from cdpsfy.web.adding import track_ids
from cdpsfy.web.language import _
from cdpsfy.web.paging import row_after, row_of
from cdpsfy.web.security import Permission
from cdpsfy.web.services.playlists import entries, listing, playlists

if TYPE_CHECKING:
    from pyramid.request import Request

_STEPS = {"up": -1, "down": 1}


@view_config(
    route_name="track.add",
    request_method="GET",
    renderer="cdpsfy.web:templates/playlists/add.jinja2",
    permission=Permission.COLLECT,
)
def choose(request: Request) -> dict[str, Any]:
    """Let a person choose the playlist for a track, or name a new one; a dialog shows it, too."""
    track, me = request.context.track, request.identity
    page = playlists.of_person(request.db, me, to_edit=True, after=row_after(request))
    having = listing.having(request.db, track, [row.id for row in page.playlists])
    return {"track": track, "page": page, "having": having}


@view_config(
    route_name="playlist.entries",
    request_method="POST",
    permission=Permission.ARRANGE,
    accept="text/html",
)
def add(request: Request) -> HTTPSeeOther:
    """Add the tracks of the form."""
    playlist = request.context.playlist
    entries.add(request.db, playlist, request.identity, track_ids(request))
    request.notice("added")
    return HTTPSeeOther(request.route_path("playlist", playlist=playlist.public_id))


@view_config(
    route_name="playlist.entries",
    request_method="POST",
    renderer="json",
    permission=Permission.ARRANGE,
    accept="application/json",
)
def add_for_script(request: Request) -> dict[str, Any]:
    """Do the same for a dialog."""
    playlist = request.context.playlist
    entries.add(request.db, playlist, request.identity, track_ids(request))
    notice = request.translate(_("Added to “${name}”."), name=playlist.name)
    url = request.route_path("playlist", playlist=playlist.public_id)
    return {"notice": notice, "url": url}


@view_config(
    route_name="playlist.entry",
    request_method="POST",
    request_param="move",
    permission=Permission.ARRANGE,
    accept="text/html",
)
def move(request: Request) -> HTTPSeeOther:
    """Move an entry up, down, or behind another one."""
    _move(request)
    return HTTPSeeOther(_place(request))


@view_config(
    route_name="playlist.entry",
    request_method="POST",
    request_param="move",
    renderer="json",
    permission=Permission.ARRANGE,
    accept="application/json",
)
def move_for_script(request: Request) -> dict[str, int]:
    """Do the same for the page's script, and say by which number it sees what others did."""
    _move(request)
    return {"version": request.context.playlist.version}


@view_config(route_name="playlist.entry", request_method="DELETE", permission=Permission.ARRANGE)
@view_config(
    route_name="playlist.entry",
    request_method="POST",
    request_param="_method=delete",
    permission=Permission.ARRANGE,
)
def remove(request: Request) -> HTTPSeeOther:
    """Take an entry out of a playlist."""
    entries.remove(request.db, request.context.playlist, row_of(request.matchdict["entry"]))
    request.notice("removed")
    return HTTPSeeOther(_place(request))


@view_config(
    route_name="playlist.queue", request_method="GET", renderer="json", permission=Permission.SEE
)
def queue(request: Request) -> list[dict[str, Any]]:
    """Give the player all that is to be heard."""
    return [
        {
            "id": track.public_id,
            "title": track.title,
            "artist": track.artist or track.owner_name,
            "seconds": track.seconds,
        }
        for track in listing.tracks(request.db, request.context.seen)
    ]


def _move(request: Request) -> None:
    how, entry = request.POST["move"], row_of(request.matchdict["entry"])
    if how in _STEPS:
        entries.step(request.db, request.context.playlist, entry, _STEPS[how])
    elif how == "behind":
        text = request.POST.get("behind", "")
        behind = row_of(text) if text else None
        entries.move(request.db, request.context.playlist, entry, behind=behind)
    else:
        raise HTTPBadRequest("an entry moves up, down, or behind another")


def _place(request: Request) -> str:
    after = row_after(request)
    return str(
        request.route_path(
            "playlist",
            playlist=request.context.playlist.public_id,
            _query={} if after is None else {"after": after},
            _anchor=f"entry-{request.matchdict['entry']}",
        )
    )
