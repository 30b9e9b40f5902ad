"""Symmetric keys as files that only their owner may read."""

import secrets
from contextlib import suppress
from pathlib import Path

from demobackend.adapters.filesystem.disk import Disk, in_domain_words, read_file
from demobackend.adapters.filesystem.paths import secret_name
from demobackend.domain.model.errors import Unavailable
from demobackend.ports.secrets import Purpose

_KEY_SIZE = 32
_KEPT = 2


class FilesystemSecrets:
    """`Secrets` as one file per purpose, one key a line in hex, newest first; made when first asked for.

    As in AWS Secrets Manager there is a current key and a previous one: what was signed by a key holds until the second
    rotation after it was made. Each call reads the file, so a rotation by another process counts at once.
    Making one removes what writers left that died. Raises `Unavailable`.
    """

    def __init__(self, root: Path, *, disk: Disk | None = None) -> None:
        self._root = root
        self._disk = disk or Disk()
        with in_domain_words():
            self._disk.tidy(root)

    def keys(self, purpose: Purpose) -> tuple[bytes, ...]:
        """As `Secrets.keys`. Raises `Unavailable`."""
        with in_domain_words():
            with suppress(FileNotFoundError), self._disk.directory(self._root) as directory:
                return _parsed(read_file(secret_name(purpose), directory=directory))
            self._disk.make_path(self._root)
            with self._disk.directory(self._root) as directory:
                # Of several processes here at once, one writes the key and all read it.
                self._disk.put_new(secret_name(purpose), _line(secrets.token_bytes(_KEY_SIZE)), directory=directory)
                return _parsed(read_file(secret_name(purpose), directory=directory))

    def rotate(self, purpose: Purpose) -> None:
        """Sign with a new key from now on; the one before still verifies. Raises `Unavailable`."""
        self.keys(purpose)
        with in_domain_words(), self._disk.directory(self._root) as directory:
            self._disk.calls.lock(directory)  # two rotations at once are two rotations
            kept = _parsed(read_file(secret_name(purpose), directory=directory))[: _KEPT - 1]
            content = b"".join(map(_line, (secrets.token_bytes(_KEY_SIZE), *kept)))
            self._disk.put(secret_name(purpose), content, directory=directory)


def _line(key: bytes) -> bytes:
    return key.hex().encode() + b"\n"


def _parsed(content: bytes) -> tuple[bytes, ...]:
    try:
        keys = tuple(bytes.fromhex(line.decode()) for line in content.splitlines())
    except ValueError:
        raise Unavailable("A key file cannot be read.") from None
    if not keys or any(len(key) != _KEY_SIZE for key in keys):
        raise Unavailable("A key file cannot be read.")
    return keys
