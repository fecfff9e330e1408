"""Playlists: who may do what is in `access`, start there.

`playlists` makes, changes and lists them, `entries` keeps their order, `members` shares them,
`words` finds them. `importing` reads what `m3u` and `xspf` write.
"""
