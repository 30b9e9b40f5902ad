"""Durable copies of a database that is in use."""

import os
from pathlib import Path

import apsw

from demobackend.adapters.sqlite.connections import connect


def copy_database(source: apsw.Connection, target: Path) -> None:
    """Write a durable copy, as of one moment, in place of whatever was at `target`. Raises `apsw.Error`."""
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    copy = connect(partial, create=True)
    try:
        with copy.backup("main", source, "main") as backup:
            backup.step()
        copy.pragma("journal_mode", "DELETE")  # one file, without a log beside it
    finally:
        copy.close()
    partial.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
