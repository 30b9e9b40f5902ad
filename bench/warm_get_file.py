"""get_file through the files function's handler, long started, against the bare `client.get_item` that it makes."""

import json
from collections.abc import Iterator

from bench.files_function import files_function
from bench.pairs import Ratio

_ROUNDS = 15
_GOAL = 1.3


def run() -> Iterator[Ratio]:
    """One process, three sides in turn, all against the same server; ours parses, checks and makes the file, logs and measures."""
    with files_function() as function:
        measured = json.loads(function.run("lambda_warm.py", str(_ROUNDS)))
    cpu, wall = ([times[kind] for times in measured] for kind in (0, 1))
    yield Ratio.of("get_file / client.get_item, same Config", [(ours, same) for ours, same, _ in cpu], goal=_GOAL)
    yield Ratio.of("get_file / client.get_item, boto3's defaults", [(ours, plain) for ours, _, plain in cpu], goal=_GOAL)
    yield Ratio.of("get_file / client.get_item, same Config: wall", [(ours, same) for ours, same, _ in wall], goal=None)
