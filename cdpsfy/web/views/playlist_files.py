"""Playlists as files: M3U8 and XSPF, out and in."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from multipart import MultipartPart
from pyramid.response import Response
from pyramid.view import view_config

from cdpsfy.web.language import _
from cdpsfy.web.security import Permission
from cdpsfy.web.services.playlists import importing, listing, m3u, xspf
from cdpsfy.web.services.playlists.songs import Song, Unreadable

if TYPE_CHECKING:
    from pyramid.request import Request

_PAGE = "cdpsfy.web:templates/playlists/import.jinja2"
_COMPLAINTS: dict[type[Exception], str] = {
    Unreadable: _("This is no playlist that we can read: M3U, M3U8 or XSPF."),
    importing.NothingFound: _("Nothing of it is here, so no playlist was made."),
    importing.TooManySought: _(
        "More than 1,000 of its songs have no address of ours. Split it, and send the parts."
    ),
}


@view_config(route_name="playlist.m3u8", request_method="GET", permission=Permission.SEE)
def as_m3u8(request: Request) -> Response:
    """Give a playlist to other players."""
    text = m3u.write(request.context.playlist.name, _songs(request))
    return _file(request, text, "audio/x-mpegurl", "m3u8")


@view_config(route_name="playlist.xspf", request_method="GET", permission=Permission.SEE)
def as_xspf(request: Request) -> Response:
    """Give a playlist to other players, with all that is known of it."""
    playlist = request.context.playlist
    place = request.route_url("playlist", playlist=playlist.public_id)
    owner, description = playlist.owner.name, playlist.description
    text = xspf.write(playlist.name, owner, description, place, _songs(request))
    return _file(request, text, "application/xspf+xml", "xspf")


@view_config(
    route_name="playlist.import",
    request_method="GET",
    renderer=_PAGE,
    permission=Permission.BE_SOMEBODY,
)
def choose(_request: Request) -> dict[str, Any]:
    """Show the form."""
    return {"report": None, "missing": [], "complaints": []}


@view_config(
    route_name="playlist.import",
    request_method="POST",
    renderer=_PAGE,
    permission=Permission.BE_SOMEBODY,
)
def take(request: Request) -> dict[str, Any]:
    """Make a playlist of a file or of what was pasted, and say what was found of it."""
    data, name = _sent(request)
    if not data:
        return _refused(request, _("Choose a file, or paste its text."), [])
    if len(data) > importing.LONGEST:
        return _refused(request, _("A playlist file has 1 MB at most."), [])
    try:
        report = importing.import_file(request.db, request.identity, data, name)
    except (Unreadable, importing.NothingFound, importing.TooManySought) as refusal:
        return _refused(request, _COMPLAINTS[type(refusal)], getattr(refusal, "missing", []))
    return {"report": report, "missing": report.missing, "complaints": []}


def _sent(request: Request) -> tuple[bytes, str]:
    """Return what was sent, no more of it than shows that it is too long, and what to call it."""
    name = request.translate(_("Imported playlist"))
    file, text = request.POST.get("file"), request.POST.get("text")
    if isinstance(file, MultipartPart) and file.filename:
        return file.file.read(importing.LONGEST + 1), importing.name_from(file.filename) or name
    return (text.encode() if isinstance(text, str) else b""), name


def _refused(request: Request, complaint: str, missing: list[Song]) -> dict[str, Any]:
    request.response.status = HTTPStatus.UNPROCESSABLE_ENTITY
    return {"report": None, "missing": missing, "complaints": [request.translate(complaint)]}


def _songs(request: Request) -> list[Song]:
    return [
        Song(
            track.title,
            track.artist or track.owner_name,
            track.album,
            track.seconds,
            (
                request.route_url("track.audio", track=track.public_id),
                request.route_url("track", track=track.public_id),
            ),
        )
        for track in listing.tracks(request.db, request.context.seen)
    ]


def _file(request: Request, text: str, content_type: str, ending: str) -> Response:
    name = f"{request.context.playlist.public_id}.{ending}"
    response = Response(text.encode(), content_type=content_type, charset="utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
