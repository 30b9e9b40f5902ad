"""A mailer whose mails reach nobody, for what must take as long as sending one."""

from collections.abc import Callable
from threading import Lock

from demobackend.domain.model.mail import Mail
from demobackend.ports.mailer import Mailer

_MOST_KEPT = 1_000


class DecoyMailer:
    """A `Mailer` over another one that nobody reads, which keeps what it takes as a real one does: to remove a file at once would
    show in the time. `empty` returns that other mailer with nothing in it, and is called again after so many mails.
    """

    def __init__(self, empty: Callable[[], Mailer], *, most_kept: int = _MOST_KEPT) -> None:
        self._empty = empty
        self._most_kept = most_kept
        self._lock = Lock()
        self._mailer = empty()
        self._kept = 0

    def send(self, mail: Mail) -> None:
        """Take a mail over, for a while. Raises `InvalidInput` (`invalid_mail`), `Unavailable`."""
        self._with_room().send(mail)

    def _with_room(self) -> Mailer:
        with self._lock:
            if self._kept == self._most_kept:
                self._mailer, self._kept = self._empty(), 0
            self._kept += 1
            return self._mailer
