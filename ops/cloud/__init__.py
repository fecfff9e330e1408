"""The same cluster in a cloud: its stack from the topology, and how a fresh machine joins it."""
