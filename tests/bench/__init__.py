"""Speed and memory, printed as ratios of one run: `make bench`. Nothing here is asserted."""
