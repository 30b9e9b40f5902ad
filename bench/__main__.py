"""Runs the benchmarks named, or all of them, and prints a line each."""

import importlib
import sys

NAMES = ("dispatch", "cold_start", "warm_get_file", "search", "enumeration", "upload", "pocketbase")


def main() -> None:
    """Print each ratio as soon as it is known."""
    chosen = sys.argv[1:] or NAMES
    unknown = set(chosen) - set(NAMES)
    if unknown:
        raise SystemExit(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    for name in chosen:
        for ratio in importlib.import_module(f"bench.{name}").run():
            print(ratio, flush=True)


if __name__ == "__main__":
    main()
