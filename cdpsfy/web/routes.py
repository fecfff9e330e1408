"""Every address of the site, with what it stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdpsfy.web.resources import PlaylistResource, Site, TrackResource

if TYPE_CHECKING:
    from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    """Declare the routes; the first six are those of 2015."""
    config.set_root_factory(Site)
    config.add_route("home", "/")
    config.add_route("tracks", "/tracks")
    config.add_route("track.new", "/tracks/new")
    config.add_route("tracks.mine", "/tracks/mine")
    config.add_route("track", "/tracks/{track}", factory=TrackResource)
    config.add_route("track.edit", "/tracks/{track}/edit", factory=TrackResource)
    config.add_route("track.ticket", "/tracks/{track}/ticket", factory=TrackResource)
    config.add_route("track.cover", "/tracks/{track}/cover", factory=TrackResource)
    config.add_route("track.audio", "/tracks/{track}/audio", factory=TrackResource)
    config.add_route("track.peaks", "/tracks/{track}/peaks", factory=TrackResource)
    config.add_route("track.restore", "/tracks/{track}/restore", factory=TrackResource)
    config.add_route("track.like", "/tracks/{track}/like", factory=TrackResource)
    config.add_route("track.plays", "/tracks/{track}/plays", factory=TrackResource)
    config.add_route("liked", "/liked")
    config.add_route("recent", "/recent")
    config.add_route("most_played", "/most-played")
    config.add_route("most_liked", "/most-liked")
    config.add_route("track.add", "/tracks/{track}/add", factory=TrackResource)
    config.add_route("playlists", "/playlists")
    config.add_route("playlist.new", "/playlists/new")
    config.add_route("playlist.import", "/playlists/import")
    config.add_route("playlists.mine", "/playlists/mine")
    config.add_route("playlist.m3u8", "/playlists/{playlist}.m3u8", factory=PlaylistResource)
    config.add_route("playlist.xspf", "/playlists/{playlist}.xspf", factory=PlaylistResource)
    config.add_route("playlist", "/playlists/{playlist}", factory=PlaylistResource)
    config.add_route("playlist.edit", "/playlists/{playlist}/edit", factory=PlaylistResource)
    config.add_route("playlist.restore", "/playlists/{playlist}/restore")
    config.add_route("playlist.queue", "/playlists/{playlist}/queue", factory=PlaylistResource)
    config.add_route("playlist.entries", "/playlists/{playlist}/entries", factory=PlaylistResource)
    config.add_route(
        "playlist.entry", "/playlists/{playlist}/entries/{entry}", factory=PlaylistResource
    )
    config.add_route("playlist.members", "/playlists/{playlist}/members", factory=PlaylistResource)
    config.add_route("playlist.leave", "/playlists/{playlist}/leave", factory=PlaylistResource)
    config.add_route("search", "/search")
    config.add_route("names", "/{kind:artists|albums|genres|years}")
    config.add_route("browse", "/{kind:artists|albums|genres|years}/{name}")
    config.add_route("people", "/people")
    config.add_route("person", "/people/{name:.+}")  # a name may have a slash
    config.add_route("signup", "/signup")
    config.add_route("login", "/login")
    config.add_route("logout", "/logout")
    config.add_route("account", "/account")
    config.add_route("account.password", "/account/password")
    config.add_route("account.device", "/account/devices/{device}/end")
    config.add_route("language", "/language")
    config.add_route("theme", "/theme")
    config.add_route("manifest", "/manifest.webmanifest")
