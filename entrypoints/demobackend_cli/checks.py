"""What `doctor` looks at: each check says what it found and, when that is off, how to mend it."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from demobackend_cli.api import Answer, Api, get
from demobackend_cli.credentials import CredentialFile
from demobackend_cli.output import shown, size_of
from demobackend_cli.stops import Stopped
from demobackend_cli.wire import Readiness

if TYPE_CHECKING:
    from demobackend.composition.settings import Settings

MIN_PYTHON = (3, 12)
MIN_FREE = 512 * 1024**2  # bytes
MAX_SKEW = 30.0  # seconds


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `remedy` is empty when nothing is off."""

    name: str
    found: str
    remedy: str = ""

    @property
    def is_well(self) -> bool:
        """Whether nothing is off."""
        return not self.remedy


def machine_checks() -> Iterator[Check]:
    """What every command needs."""
    found = ".".join(map(str, sys.version_info[:3]))
    yield Check("python", found, "" if sys.version_info >= MIN_PYTHON else "Install Python 3.12 or newer.")
    yield _credentials()


def _credentials() -> Check:
    file = CredentialFile.of_this_person()
    try:
        mode = file.path.stat().st_mode & 0o777
        file.get("")
    except FileNotFoundError:
        return Check("credentials", "none")
    except Stopped as stopped:
        return Check("credentials", stopped.message, stopped.hint or "Make it readable.")
    except OSError as error:
        return Check("credentials", f"{file.path}: {error.strerror}", "Make it readable.")
    found = f"{file.path}, mode {mode:04o}"
    return Check("credentials", found, f"Run: chmod 600 {file.path}" if mode & 0o077 else "")


def data_checks(data: Path) -> Iterator[Check]:
    """What a server of the local profile needs of this machine."""
    yield _sqlite()
    yield _writable(data)
    yield _room(data)


def _sqlite() -> Check:
    try:
        import apsw

        from demobackend.adapters.sqlite.connections import require_sqlite
        from demobackend.adapters.sqlite.errors import OldSqlite
    except ModuleNotFoundError:
        return Check("sqlite", "apsw is not installed", "Install demobackend[all].")
    version = apsw.sqlite_lib_version()
    try:
        require_sqlite(version)
    except OldSqlite as old:
        return Check("sqlite", version, old.detail)
    return Check("sqlite", version)


def _existing(data: Path) -> Path:
    """The directory, or the nearest parent that exists."""
    data = data.absolute()
    return next(path for path in (data, *data.parents) if path.exists())


def _writable(data: Path) -> Check:
    place = _existing(data)
    try:
        tempfile.TemporaryFile(dir=place).close()
    except OSError as error:
        remedy = "Make it a directory that you can write to, or choose another with --data."
        return Check("data directory", f"{place}: {error.strerror}", remedy)
    mode = place.stat().st_mode & 0o077
    if place != data.absolute():
        return Check("data directory", f"{data.absolute()} does not exist yet and can be made")
    return Check("data directory", str(place), f"Others can look into it. Run: chmod 700 {place}" if mode else "")


def _room(data: Path) -> Check:
    free = shutil.disk_usage(_existing(data)).free
    return Check("disk", f"{size_of(free)} free", "" if free >= MIN_FREE else f"Free some room: keep {size_of(MIN_FREE)} or more.")


def account_checks(settings: "Settings") -> Iterator[Check]:
    """What the profile aws needs of its AWS account: one row for each thing that is off, one for each service that is well."""
    from demobackend.composition.checkups import aws_checkups
    from demobackend.composition.settings import SettingsRefused

    try:
        for checkup in aws_checkups(settings):
            if not checkup.findings:
                yield Check(f"aws: {checkup.name}", "as it should be")
            for finding in checkup.findings:
                found, _, remedy = finding.partition(": ")
                yield Check(f"aws: {checkup.name}", found, remedy or found)
    except SettingsRefused as refused:
        yield Check("settings", str(refused), "Correct it in the environment, .env or demobackend.toml.")
    except ModuleNotFoundError as missing:
        yield Check("aws", f"{missing.name} is not installed", "Install demobackend[all].")


def server_checks(api: Api) -> Iterator[Check]:
    """Whether a server answers, can work, and has our time."""
    try:
        answer = api.try_to_ask(get("/healthz"))
    except Stopped as stopped:
        remedy = "Start one with `make serve` or `demobackend serve`." if api.origin.is_loopback else "Check --api and the network."
        yield Check("server", stopped.message, remedy)
        return
    if answer.status != 200:
        yield Check("server", f"{api.origin.url} answers {answer.status}", "Is --api the address of a DemoBackend?")
        return
    yield Check("server", f"{api.origin.url} answers")
    yield _clock(answer)
    yield from _readiness(api)


def _clock(answer: Answer) -> Check:
    try:
        there = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return Check("clock", "the server does not tell its time")
    skew = (datetime.now(UTC) - there).total_seconds()
    found = f"{abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} the server's"
    return Check("clock", found, "" if abs(skew) <= MAX_SKEW else "Set this machine's clock, or the server's.")


def _readiness(api: Api) -> Iterator[Check]:
    try:
        checks = api.try_to_ask(get("/readyz")).read(Readiness)["checks"]
    except Stopped as stopped:
        yield Check("ready", stopped.message, "See the server's log.")
        return
    if not checks:
        yield Check("ready", "the server stands on nothing that could fail")
    for check in checks:
        well = check["status"] == "ok"
        yield Check(f"ready: {shown(check['name'])}", shown(check["status"]), "" if well else "See the server's log.")
