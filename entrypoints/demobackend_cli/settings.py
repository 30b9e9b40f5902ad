"""The server's settings and stores, for commands that work where its data is."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from demobackend_cli.output import shown
from demobackend_cli.stops import NotThere, Stopped

if TYPE_CHECKING:
    from demobackend.composition.settings import Settings


@contextmanager
def at_the_stores(*, hint: str = "") -> Iterator[None]:
    """Around what works on the stores themselves: what they refuse ends the command. Raises `Stopped`, `NotThere`."""
    from demobackend.composition.settings import SettingsRefused
    from demobackend.domain.model.errors import DomainError, NotFound

    try:
        yield
    except SettingsRefused as refused:
        raise Stopped(str(refused)) from None
    except NotFound as error:
        raise NotThere(shown(error.detail), hint="Name the data directory with --data.") from None
    except DomainError as error:
        raise Stopped(error.detail, code=error.code, hint=hint) from None


def settings_from(*, data: Path | None = None, profile: str | None = None) -> "Settings":
    """As the environment and the files have them, but for what is given. Raises `Stopped` for a setting that is none."""
    from demobackend.composition.settings import SettingsRefused, load_settings

    chosen = {"data": data, "profile": profile}
    try:
        return load_settings(**{name: value for name, value in chosen.items() if value is not None})
    except SettingsRefused as refused:
        raise Stopped(str(refused)) from None
