"""Where a password comes from: standard input, the environment, or a person at a terminal."""

import os
import sys

from demobackend_cli.stops import WrongUsage

VARIABLE = "DEMOBACKEND_PASSWORD"


def read_password(*, from_stdin: bool, twice: bool = False) -> str:
    """The password; a person who chooses one types it twice. Raises `WrongUsage` where nobody could be asked."""
    if from_stdin:
        return _required(sys.stdin.buffer.read().decode(errors="surrogateescape").removesuffix("\n").removesuffix("\r"))
    from_environment = os.environ.get(VARIABLE)
    if from_environment is not None:
        return _required(from_environment)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise WrongUsage(
            "a password is needed, and there is no terminal to ask on", hint=f"Give it with --password-stdin or in {VARIABLE}."
        )
    return _prompted(twice=twice)


def _prompted(*, twice: bool) -> str:
    password = _required(_typed("Password: "))
    if twice and _typed("Again: ") != password:
        raise WrongUsage("the two passwords differ")
    return password


def _typed(prompt: str) -> str:
    from getpass import getpass

    try:
        return getpass(prompt, stream=sys.stderr)
    except EOFError:
        sys.stderr.write("\n")  # the prompt's line
        raise WrongUsage("no password was given") from None


def _required(password: str) -> str:
    if not password:
        raise WrongUsage("the password is empty")
    try:
        password.encode()
    except UnicodeEncodeError:
        raise WrongUsage("the password is not UTF-8") from None
    return password
