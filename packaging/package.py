"""Packages the Lambda functions, without Docker: `python packaging/package.py` writes `dist/lambda/<architecture>/<function>.zip`.

The same sources and requirements give the same bytes. A build of all functions also writes their sizes to docs/lambda-packages.md.
"""

import argparse
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from archive import write_zip
from functions import FUNCTIONS, Function
from layers import PLATFORMS, ROOT, CannotPackage, files_in, others, ours

MAX_ZIP_BYTES = 30 * 1000 * 1000
MAX_UNZIPPED_BYTES = 250 * 1000 * 1000  # Lambda's own limit, layers included
_HANDLERS = frozenset(function.name for function in FUNCTIONS)
_HANDLER = re.compile(r"demobackend_lambda/(?:__pycache__/)?(\w+)\.")
_ADAPTER = re.compile(r"demobackend/adapters/(\w+)/")
_SERVICE = re.compile(r"botocore/data/([^/]+)/")
_HASHER = re.compile(r"_?argon2")  # the library of the one adapter that most functions with its requirement set do without
_ELSEWHERE = re.compile(r"demobackend/composition/(?:__pycache__/)?backup")
_TABLE = ROOT / "docs/lambda-packages.md"
_HEAD = """# Lambda packages

Made by `make package`: what each function's zip weighs, in MB (1,000,000 bytes), packed and unpacked. Each holds the pinned boto3
with the models of its own services only, bytecode, and neither a web framework nor another area's adapters. The limits that hold
are 30 MB packed and Lambda's own 250 MB unpacked.

| function | packages | x86_64 | unpacked | arm64 | unpacked |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Built:
    """One zip and its sizes in bytes."""

    function: Function
    architecture: str
    zipped: int
    unzipped: int


def main(arguments: list[str]) -> int:
    """Build what was asked for; everything by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    names = [function.name for function in FUNCTIONS]
    parser.add_argument("--function", choices=names, action="append", dest="functions", help="only this one; may be given again")
    parser.add_argument("--arch", choices=list(PLATFORMS), action="append", dest="architectures", help="only this one")
    parser.add_argument("--out", type=Path, default=ROOT / "dist/lambda", help="where the zips go")
    chosen = parser.parse_args(arguments)
    functions = [function for function in FUNCTIONS if function.name in (chosen.functions or names)]
    try:
        built = build(functions, chosen.architectures or list(PLATFORMS), chosen.out)
    except CannotPackage as error:
        print(error, file=sys.stderr)
        return 1
    table = "".join(_row(function, built) for function in functions)
    print(table, end="")
    if chosen.functions is None and chosen.architectures is None:
        _TABLE.write_text(_HEAD + table, encoding="utf-8")
    return _refused(built)


def build(functions: list[Function], architectures: list[str], out: Path) -> list[Built]:
    """Write the zips. Raises `CannotPackage`."""
    built = []
    with tempfile.TemporaryDirectory(prefix="lambda-packages-") as work:
        own = Path(work, "ours")
        own.mkdir()
        ours(own)
        for architecture in architectures:
            (out / architecture).mkdir(parents=True, exist_ok=True)
            for requirements in sorted({function.requirements for function in functions}):
                layer = Path(work, f"{requirements}-{architecture}")
                others(requirements, architecture, layer, services=_services(requirements))
                wanted = [function for function in functions if function.requirements == requirements]
                built += [_built(function, architecture, (own, layer), out) for function in wanted]
    return built


def _services(requirements: str) -> frozenset[str]:
    """What all functions with this set call, built now or not: a zip's bytes do not depend on what else is built."""
    return frozenset().union(*(function.services for function in FUNCTIONS if function.requirements == requirements))


def _built(function: Function, architecture: str, folders: tuple[Path, Path], out: Path) -> Built:
    files = {name: path for folder in folders for name, path in files_in(folder) if _belongs(function, name)}
    target = out / architecture / f"{function.name}.zip"
    write_zip(target, files)
    return Built(function, architecture, target.stat().st_size, sum(path.stat().st_size for path in files.values()))


def _belongs(function: Function, name: str) -> bool:
    """Whether a function's zip holds this file."""
    if handler := _HANDLER.match(name):
        return handler[1] not in _HANDLERS or handler[1] == function.name
    if adapter := _ADAPTER.match(name):
        return adapter[1] in function.adapters or adapter[1] == "__pycache__"
    if service := _SERVICE.match(name):
        return service[1] in function.services
    if _HASHER.match(name):
        return "argon2" in function.adapters
    return not _ELSEWHERE.match(name)


def _row(function: Function, built: list[Built]) -> str:
    cells = [f"{made.zipped / 1e6:.2f} | {made.unzipped / 1e6:.1f}" for made in built if made.function is function]
    return f"| {function.name} | {function.requirements} | {' | '.join(cells)} |\n"


def _refused(built: list[Built]) -> int:
    too_large = [made for made in built if made.zipped > MAX_ZIP_BYTES or made.unzipped > MAX_UNZIPPED_BYTES]
    for made in too_large:
        print(f"{made.function.name} ({made.architecture}) is too large.", file=sys.stderr)
    return 1 if too_large else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
