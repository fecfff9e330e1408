"""The cluster as a scenario of VNX, Virtual Networks over linuX."""
