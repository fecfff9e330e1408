"""Runs every benchmark and prints its figures."""

from __future__ import annotations

from tests.bench import catalogue, memory, ranges, volume

if __name__ == "__main__":
    for benchmark in (ranges, memory, catalogue, volume):
        for line in benchmark.figures():
            print(line, flush=True)  # noqa: T201 - the output of a command
