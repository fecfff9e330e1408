"""The cluster as containers on one machine."""
