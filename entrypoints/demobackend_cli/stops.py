"""Why a command stops, and with which exit status.

::

    Stopped             1   refused or failed
    ├── WrongUsage      2   the command cannot be meant like that
    ├── NotSignedIn     3   there is no session, or it is over
    └── NotThere        4   there is no such thing, or it is hidden
"""

from typing import ClassVar

INTERRUPTED = 130  # 128 + SIGINT, as shells have it


class Stopped(Exception):
    """A command ends here. `message` is one sentence for a person; `details` are further lines, `hint` says what to do next."""

    exit_status: ClassVar[int] = 1

    def __init__(self, message: str, *, code: str = "", details: tuple[str, ...] = (), hint: str = "", request_id: str = "") -> None:
        self.message = message
        self.code = code
        self.details = details
        self.hint = hint
        self.request_id = request_id
        super().__init__(message)


class WrongUsage(Stopped):
    """The command cannot be meant like that."""

    exit_status = 2


class NotSignedIn(Stopped):
    """There is no session, or it is over."""

    exit_status = 3


class NotThere(Stopped):
    """There is no such thing, or it is hidden."""

    exit_status = 4
