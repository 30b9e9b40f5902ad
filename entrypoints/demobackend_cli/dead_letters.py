"""dead-letters: changes that failed too often, and another try for them."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from demobackend_cli.invocation import Given
from demobackend_cli.output import print_json, print_row, print_table, say
from demobackend_cli.settings import at_the_stores, settings_from
from demobackend_cli.stops import WrongUsage

if TYPE_CHECKING:
    from demobackend.domain.model.change import DeadLetter


def dead_letters(
    *,
    replay: Annotated[str | None, Parameter(help="Have the one with this id tried again.")] = None,
    replay_all: Annotated[bool, Parameter(help="Have all of them tried again.")] = False,
    data: Annotated[Path | None, Parameter(help="The server's data directory.  [default: ./.demobackend]")] = None,
    given: Given,
) -> None:
    """Show the changes that failed eight times and were given up, oldest first: searches may not know of them.

    It works where the server's data is, while the server runs. A change that is tried again is the server's work: the
    one that runs does it at once, else the next one that is started.
    """
    from demobackend.composition import dead_letters as composed

    if replay is not None and replay_all:
        raise WrongUsage("--replay names one of them and --replay-all means all; give one of the two")
    settings = settings_from(data=data)
    with at_the_stores():
        if replay is not None:
            _report(composed.replay(settings, replay), as_json=given.as_json)
        elif replay_all:
            _report(composed.replay_all(settings), as_json=given.as_json)
        else:
            _show(composed.dead_letters(settings), as_json=given.as_json)


def _report(replayed: tuple[str, ...], *, as_json: bool) -> None:
    if as_json:
        print_json({"replayed": list(replayed)})
    else:
        for change_id in replayed:
            print_row(change_id)
    say(f"{len(replayed)} change{' is' if len(replayed) == 1 else 's are'} tried again.")


def _show(letters: "tuple[DeadLetter, ...]", *, as_json: bool) -> None:
    from demobackend.api.models.wire import instant

    rows = [_row(letter, died_at=instant(letter.died_at)) for letter in letters]
    if as_json:
        print_json({"items": rows})
    elif sys.stdout.isatty():
        print_table(("id", "died at", "reason", "attempts", "change", "file", "owner"), map(_cells, rows))
    else:
        for row in rows:
            print_row(*_cells(row))
    if not rows:
        say("No dead letters.")


def _row(letter: "DeadLetter", *, died_at: str) -> dict[str, str | int]:
    return {
        "id": letter.id,
        "died_at": died_at,
        "reason": letter.reason,
        "attempts": letter.attempts,
        "kind": letter.change.kind.value,
        "file_id": letter.change.file_id,
        "owner_id": letter.change.owner_id,
    }


def _cells(row: dict[str, str | int]) -> tuple[str, ...]:
    return tuple(map(str, row.values()))
