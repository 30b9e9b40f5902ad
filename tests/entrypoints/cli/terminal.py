"""Commands in a terminal."""

import os
import pty
import subprocess
import termios
from contextlib import suppress

from tests.entrypoints.cli.command import TIMEOUT, CommandLine

_TERMINAL = {"TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40"}


def in_a_terminal(person: CommandLine, *arguments: str, typed: bytes = b"", prompt: bytes = b"", status: int = 0) -> bytes:
    """All that a command shows when stdin, stdout and stderr are one terminal; `typed` once it has shown `prompt`."""
    shown, _ = _run(person, arguments, typed, prompt, stdout_too=True, status=status)
    return shown


def with_words_in_a_terminal(person: CommandLine, *arguments: str) -> tuple[bytes, bytes]:
    """What a command shows on a terminal as stderr, and what it writes to stdout, which is a pipe."""
    return _run(person, arguments, b"", b"", stdout_too=False)


def _run(
    person: CommandLine, arguments: tuple[str, ...], typed: bytes, prompt: bytes, *, stdout_too: bool, status: int = 0
) -> tuple[bytes, bytes]:
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (40, 120))
    stdout = slave if stdout_too else subprocess.PIPE
    running = person.start(*arguments, stdin=slave, stdout=stdout, stderr=slave, variables=_TERMINAL)
    os.close(slave)
    shown = b""
    with suppress(OSError):  # a terminal that everybody has left ends with EIO
        while chunk := os.read(master, 65_536):
            shown += chunk
            if typed and prompt in shown:
                os.write(master, typed)
                typed = b""
    os.close(master)
    written, _ = running.communicate(timeout=TIMEOUT)
    assert running.returncode == status, shown
    return shown, written or b""
