"""CDPSfy: a music-sharing network that does not stop. The site is `web`, the bytes are `tracks`."""

__version__ = "0.1.0"
