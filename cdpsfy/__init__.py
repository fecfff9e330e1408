"""CDPSfy: a music-sharing network that does not stop. The site is `web`, the bytes are `tracks`."""

import warnings

__version__ = "0.1.0"

# Pyramid 2.1 still imports it (pyramid#3795); an operator can do nothing about that.
warnings.filterwarnings("ignore", message="pkg_resources is deprecated")
