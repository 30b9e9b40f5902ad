"""`demobackend`: which commands there are, the options they share, and how each ends."""

import os
import sys
from typing import Annotated

from demobackend.composition.own_version import own_version
from demobackend_cli.output import console, say, shown
from demobackend_cli.stops import INTERRUPTED, Stopped, WrongUsage

try:
    from cyclopts import App, CycloptsError, Group, Parameter
except ModuleNotFoundError:
    sys.exit("error: the command line is not installed; install demobackend[all]")

from demobackend_cli.invocation import Invocation

_COMMANDS = {
    "Files": {
        "put": "put:put",
        "get": "get:get",
        "ls": "files:ls",
        "rm": "files:rm",
        "restore": "files:restore",
        "search": "searching:search",
    },
    "Account": {
        "register": "accounts:register",
        "confirm": "accounts:confirm",
        "login": "accounts:login",
        "logout": "accounts:logout",
        "whoami": "accounts:whoami",
        "mailbox": "mailbox:mailbox",
    },
    "Server": {
        "serve": "serve:serve",
        "doctor": "doctor:doctor",
        "audit": "audit:audit",
        "reindex": "reindexing:reindex",
        "dead-letters": "dead_letters:dead_letters",
        "backup": "backups:backup",
        "restore-backup": "backups:restore_backup",
        "rotate-keys": "rotation:rotate_keys",
    },
    "About": {
        "openapi": "service:openapi",
        "version": "service:version",
    },
}

app = App(
    name="demobackend",
    help="Files, users and search: a backend on one machine, and its clients.",
    help_epilogue="Exit status: 0 well, 1 refused or failed, 2 wrong usage, 3 not signed in, 4 not found, 130 interrupted.",
    version=own_version,
    default_parameter=Parameter(negative=()),
    print_error=False,
    exit_on_error=False,
)
for _title, _places in _COMMANDS.items():
    _group = Group.create_ordered(_title)
    for _name, _place in _places.items():
        app.command(f"demobackend_cli.{_place}", name=_name, group=_group)
app.meta.suppress_keyboard_interrupt = False  # `run` says what happened
_HELP = frozenset({"--help", "-h"})
_NAMES = frozenset(name for places in _COMMANDS.values() for name in places)
_ON_THIS_MACHINE = _COMMANDS["Server"].keys() - {"doctor"}  # they ask no server


@app.meta.default
def launch(
    *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    api: Annotated[str | None, Parameter(help="The server's address; else DEMOBACKEND_API, else http://127.0.0.1:8787.")] = None,
    json: Annotated[bool, Parameter(help="Print JSON on stdout.")] = False,
    verbose: Annotated[bool, Parameter(help="Show requests and their ids on stderr.")] = False,
) -> int | None:
    """Run one command; a command's module is imported only when it is called."""
    command, bound, handed = app.parse_args(tokens)
    ours = {"given": Invocation(api=api, as_json=json, verbose=verbose)} if "given" in handed else {}
    try:
        status: int | None = command(*bound.args, **bound.kwargs, **ours)
    except Stopped as stopped:
        _tell(stopped, verbose=verbose)
        return stopped.exit_status
    return status


def run(arguments: list[str]) -> int:
    """Run the command line and return its exit status."""
    try:
        if _NAMES.isdisjoint(arguments) or not _HELP.isdisjoint(arguments):
            _prepare_help()
        status = app.meta(arguments, result_action="return_value")
        sys.stdout.flush()
    except CycloptsError as error:
        command = " ".join(("demobackend", *(error.command_chain or ()), "--help"))
        say(f"error: {shown(str(error))}\nSee `{command}`.")
        return WrongUsage.exit_status
    except KeyboardInterrupt:
        say("\ninterrupted")
        return INTERRUPTED
    except BrokenPipeError:  # whoever read our output has seen enough; nothing may be flushed at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("demobackend"):
            raise
        say(f"error: this command needs {missing.name}, which is not installed; install demobackend[all]")
        return 1
    return status if isinstance(status, int) else 0


def _prepare_help() -> None:
    """Only for a page of help: it loads every command, since the overview shows what those do that are loaded, and rich."""
    from demobackend_cli.help_pages import WithoutServer

    app.console = app.meta.console = console(stderr=False)
    for name in _NAMES:
        command = app[name]
        if name in _ON_THIS_MACHINE:
            command.help_formatter = WithoutServer()


def _tell(stopped: Stopped, *, verbose: bool) -> None:
    say(f"error: {stopped.message} ({stopped.code})" if stopped.code else f"error: {stopped.message}")
    for detail in stopped.details:
        say(f"  {detail}")
    if stopped.hint:
        say(stopped.hint)
    if verbose and stopped.request_id:
        say(f"request id: {stopped.request_id}")


def main() -> None:
    """The console script."""
    sys.exit(run(sys.argv[1:]))
