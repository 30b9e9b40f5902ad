"""How far a transfer is, on a person's terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from demobackend_cli.output import console, shown

type Advance = Callable[[int], None]
"""Takes how many bytes more are done."""

type Track = Callable[[str, int | None], AbstractContextManager[Advance]]
"""Takes what is being done and how many bytes there are in all, None if nobody knows."""


@contextmanager
def bar(doing: str, total: int | None) -> Iterator[Advance]:
    """A bar on stderr where that is a terminal, which vanishes with its end; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield _ignore
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as progress:
        task = progress.add_task(shown(doing), total=total)
        yield lambda size: progress.update(task, advance=size)


@contextmanager
def silence(_doing: str, _total: int | None) -> Iterator[Advance]:
    """Nothing."""
    yield _ignore


def _ignore(_size: int) -> None:
    return None
