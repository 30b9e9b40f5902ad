"""Zip archives whose bytes follow from the files alone: sorted, with one time and one mode for all."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

_TIME = (1980, 1, 1, 0, 0, 0)  # the first that the format knows
_UNIX = 3
_MODE = 0o100644 << 16  # a plain file that everybody may read, as AWS Lambda needs


def write_zip(target: Path, files: Mapping[str, Path]) -> None:
    """Write the files under their names. Whoever opens the target meanwhile sees what was there before."""
    unfinished = target.with_suffix(".part")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, path in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.create_system, entry.external_attr, entry.compress_type = _UNIX, _MODE, zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    unfinished.replace(target)
