"""The whole cluster on one machine, with the real programs: every node a set of namespaces."""

from __future__ import annotations

from ops.lab.cluster import Lab, open_lab

__all__ = ["Lab", "open_lab"]
