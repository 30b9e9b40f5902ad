"""Mails as files, for developers: taken is durable, and nothing leaves the machine."""

import os
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from demobackend.adapters.filesystem.disk import Disk, in_domain_words, read_file
from demobackend.adapters.filesystem.mail_format import from_eml, to_eml
from demobackend.adapters.filesystem.paths import mail_id, mail_name
from demobackend.adapters.filesystem.times import moment_of, since_epoch
from demobackend.domain.model.ids import MailId
from demobackend.domain.model.mail import Mail, SentMail
from demobackend.ports.clock import Clock

_KEPT = timedelta(days=30)
_CLEAR_EVERY = timedelta(days=1)


class FilesystemMailer:
    """`Mailer` and `Mailbox` over a directory of .eml files; a file's time is when its mail was taken. It stays for 30 days.

    Making one removes what senders left that died. Raises `Unavailable`.
    """

    def __init__(self, root: Path, clock: Clock, *, disk: Disk | None = None) -> None:
        self._root = root
        self._clock = clock
        self._disk = disk or Disk()
        self._cleared_at: datetime | None = None
        with in_domain_words():
            self._disk.tidy(root)

    def send(self, mail: Mail) -> None:
        """As `Mailer.send`. Raises `InvalidInput` (`invalid_mail`), `Unavailable`."""
        name, sent_at = mail_name(mail.id), self._clock.now()
        content = to_eml(mail, sent_at=sent_at)
        with in_domain_words():
            self._disk.make_path(self._root)
            with self._disk.directory(self._root) as directory:
                self._clear(directory, at=sent_at)
                self._disk.put_new(name, content, directory=directory, modified=since_epoch(sent_at))

    def newest(self, *, to: str | None, limit: int) -> tuple[SentMail, ...]:
        """As `Mailbox.newest`; files that are no mails of ours are passed over. Raises `Unavailable`."""
        found: list[SentMail] = []
        with in_domain_words(), suppress(FileNotFoundError), self._disk.directory(self._root) as directory:
            for modified, known_id in sorted(self._taken(directory), reverse=True):
                mail = self._read(known_id, directory)
                if mail is not None and to in {None, mail.to}:
                    found.append(SentMail(mail=mail, sent_at=moment_of(modified)))
                if len(found) == limit:
                    break
        return tuple(found)

    def _clear(self, directory: int, *, at: datetime) -> None:
        """Once a day, remove what was kept long enough; a file that cannot be removed now is tried again the next day."""
        if self._cleared_at is not None and at - self._cleared_at < _CLEAR_EVERY:
            return
        self._cleared_at = at
        for modified, known_id in self._taken(directory):
            if modified < since_epoch(at - _KEPT):
                with suppress(OSError):
                    self._disk.calls.unlink(mail_name(known_id), directory=directory)

    def _taken(self, directory: int) -> list[tuple[int, MailId]]:
        """Every mail's time in nanoseconds since 1970, and its id."""
        with os.scandir(directory) as entries:
            return [
                (entry.stat(follow_symlinks=False).st_mtime_ns, known_id)
                for entry in entries
                if (known_id := mail_id(entry.name)) is not None and entry.is_file(follow_symlinks=False)
            ]

    def _read(self, known_id: MailId, directory: int) -> Mail | None:
        with suppress(FileNotFoundError):
            return from_eml(known_id, read_file(mail_name(known_id), directory=directory))
        return None
