"""The files function's cold start (import, init, first request) against a bare process that makes one client of DynamoDB: CPU."""

import json
import sysconfig
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bench.files_function import FilesFunction, files_function
from bench.pairs import Ratio

_ROUNDS = 21


def run() -> Iterator[Ratio]:
    """With the bytecode of both, in turn; the interpreter's own start is in both.

    Theirs has boto3 as it is installed, then as our zip holds it: the same version, with the models of the function's services only.
    """
    with files_function() as function:
        bare = replace(function, folder=Path(sysconfig.get_path("purelib")))
        _round(function, bare)  # what is read from the disk is in its cache from now on, and all bytecode written
        rounds = [_round(function, bare) for _ in range(_ROUNDS)]
    yield Ratio.of("cold start, files / boto3.client('dynamodb')", [(ours, whole) for ours, whole, _ in rounds], goal=1.6, unit="ms")
    yield Ratio.of("cold start, files / the same from our zip", [(ours, small) for ours, _, small in rounds], goal=None, unit="ms")


def _round(function: FilesFunction, bare: FilesFunction) -> tuple[float, float, float]:
    sides = (function, "ours"), (bare, "theirs"), (function, "theirs")
    ours, whole, small = (json.loads(each.run("lambda_cold.py", side)) for each, side in sides)
    return ours, whole, small
