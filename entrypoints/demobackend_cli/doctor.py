"""doctor: what is off, and how to mend it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from demobackend_cli.api import Api
from demobackend_cli.checks import Check, account_checks, data_checks, machine_checks, server_checks
from demobackend_cli.invocation import Given, Invocation
from demobackend_cli.output import print_json, say, shown
from demobackend_cli.settings import settings_from
from demobackend_cli.stops import Stopped


def doctor(
    *,
    data: Annotated[Path | None, Parameter(help="The server's data directory.  [default: ./.demobackend]")] = None,
    profile: Annotated[Literal["local", "memory", "aws"] | None, Parameter(help="aws looks at the account.  [default: local]")] = None,
    given: Given,
) -> int:
    """Look at this machine, at the data directory and at the server, and say how to mend what is off.

    The exit status is 1 when something is off.
    """
    checks = []
    for check in _checks(data, profile, given):
        checks.append(check)
        if not given.as_json:
            print(f"{'ok ' if check.is_well else 'OFF'}  {check.name}: {shown(check.found)}", flush=True)
            if check.remedy:
                print(f"     {shown(check.remedy)}", flush=True)
    off = sum(not check.is_well for check in checks)
    if given.as_json:
        rows = [{"name": one.name, "ok": one.is_well, "found": one.found, "remedy": one.remedy or None} for one in checks]
        print_json({"status": "off" if off else "ok", "checks": rows})
    say(f"{off} of {len(checks)} checks are off." if off else "All is well.")
    return 1 if off else 0


def _checks(data: Path | None, profile: str | None, given: Invocation) -> Iterator[Check]:
    origin = given.origin
    yield from machine_checks()
    settings = None
    if origin.is_loopback or profile is not None:  # another machine's data is not ours to look at
        try:
            settings = settings_from(data=data, profile=profile)
        except ModuleNotFoundError as missing:
            yield Check("settings", f"{missing.name} is not installed", "Install demobackend[all].")
        except Stopped as stopped:
            yield Check("settings", stopped.message, "Correct it in the environment, .env or demobackend.toml.")
    if settings is not None and settings.profile == "local":
        yield from data_checks(settings.data)
    if settings is not None and settings.profile == "aws":
        yield from account_checks(settings)
        if not given.names_origin:
            return  # the account was asked about; a server on this machine was not
    with Api(origin, verbose=given.verbose) as api:
        yield from server_checks(api)
