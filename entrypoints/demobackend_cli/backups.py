"""backup and restore-backup: the local profile's data directory, copied and put back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from demobackend_cli.invocation import Given
from demobackend_cli.output import print_json, say, shown, size_of
from demobackend_cli.progress import bar
from demobackend_cli.settings import at_the_stores, settings_from
from demobackend_cli.stops import Stopped

if TYPE_CHECKING:
    from demobackend.composition.backup_format import Backup

Data = Annotated[Path | None, Parameter(help="The data directory.  [default: ./.demobackend]")]


def backup(target: Path, /, *, data: Data = None, given: Given) -> int:
    """Copy everything in the data directory into a new directory, while the server may go on running.

    The copy holds keys and password hashes: keep it where nobody else can read it.
    """
    from demobackend.composition.backup import back_up

    settings = settings_from(data=data)
    with _told(), bar("backing up", None) as on_copied:
        made = back_up(settings, target, on_copied=on_copied)
    _report(made, target, as_json=given.as_json)
    say(f"{shown(str(target))} holds {_amount(made)}, verified. It also holds keys: let nobody else read it.")
    for key in made.damaged:
        say(f"error: the bytes of {key} are damaged in the store itself; they are not in the backup")
    return 1 if made.damaged else 0


def restore_backup(source: Path, /, *, data: Data = None, given: Given) -> None:
    """Make the data directory from a backup. It must be absent or empty, with no server running on it.

    Every file is verified against the backup's checksums; the directory appears whole or not at all.
    """
    from demobackend.composition.backup import restore_backup as put_back

    settings = settings_from(data=data)
    with _told(), bar("restoring", None) as on_copied:
        made = put_back(settings, source, on_copied=on_copied)
    _report(made, settings.data, as_json=given.as_json)
    option = "" if data is None else f" --data {quote(str(data))}"
    say(f"{shown(str(settings.data))} holds {_amount(made)} again, verified. Start the server with: demobackend serve{shown(option)}")
    for key in made.damaged:
        say(f"The bytes of {key} were damaged before the backup and are missing.")


def _report(made: "Backup", place: Path, *, as_json: bool) -> None:
    if as_json:
        size = sum(facts.size for facts in made.files.values())
        print_json({"path": str(place.absolute()), "files": len(made.files), "bytes": size, "damaged": list(made.damaged)})


def _amount(made: "Backup") -> str:
    return f"{len(made.files)} files, {size_of(sum(facts.size for facts in made.files.values()))}"


@contextmanager
def _told() -> Iterator[None]:
    from demobackend.composition.backup_format import BackupRefused

    try:
        with at_the_stores():
            yield
    except BackupRefused as refused:
        raise Stopped(shown(str(refused))) from None
