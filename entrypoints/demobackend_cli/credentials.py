"""Who is signed in where, in a file that only its owner may read."""

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from demobackend_cli.stops import Stopped


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """A session at one server; `expires_at` is when the access token ends, in seconds since 1970 by this machine's clock."""

    email: str
    access_token: str
    refresh_token: str
    expires_at: float


class CredentialFile:
    """Credentials per origin. Reading needs no lock, for the file is only ever replaced as a whole; changing does."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = folder / "credentials.json"

    @classmethod
    def of_this_person(cls) -> "CredentialFile":
        """`$XDG_CONFIG_HOME/demobackend/credentials.json`, by default under ~/.config (XDG Base Directory Specification)."""
        chosen = Path(os.environ.get("XDG_CONFIG_HOME", ""))
        return cls((chosen if chosen.is_absolute() else Path.home() / ".config") / "demobackend")

    def get(self, origin: str) -> Credentials | None:
        """The credentials at this origin. Raises `Stopped` when the file is broken."""
        return self._read().get(origin)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other process from changing the file meanwhile. Raises `Stopped`."""
        with self._made():
            descriptor = os.open(self._folder / "credentials.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def put(self, origin: str, credentials: Credentials | None) -> None:
        """Keep these, or none. Whoever calls this is `alone`. Raises `Stopped`."""
        kept = self._read()
        kept.pop(origin, None)
        if credentials is not None:
            kept[origin] = credentials
        document = json.dumps({"version": 1, "origins": {url: asdict(one) for url, one in kept.items()}}, indent=2)
        with self._made():
            descriptor, name = tempfile.mkstemp(dir=self._folder, prefix=".credentials-")  # 0600 by its documentation
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    file.write(document + "\n")
                    file.flush()
                    os.fsync(descriptor)
                Path(name).replace(self.path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise

    def _read(self) -> dict[str, Credentials]:
        try:
            document = json.loads(self.path.read_text(encoding="utf-8"))
            return {url: _parsed(one) for url, one in document["origins"].items()}
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise Stopped(f"{self.path} cannot be read: {error.strerror}") from None
        except (ValueError, TypeError, KeyError, AttributeError):
            raise Stopped(f"{self.path} is broken", hint="Remove it and sign in again.") from None

    @contextmanager
    def _made(self) -> Iterator[None]:
        """Around what writes: the folder is there and its owner's alone."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.chmod(0o700)
            yield
        except OSError as error:
            raise Stopped(f"{self._folder} cannot be used: {error.strerror}") from None


def _parsed(one: Mapping[str, object]) -> Credentials:
    return Credentials(
        email=str(one["email"]),
        access_token=str(one["access_token"]),
        refresh_token=str(one["refresh_token"]),
        expires_at=float(str(one["expires_at"])),
    )
