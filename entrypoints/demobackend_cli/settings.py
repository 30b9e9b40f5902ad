"""The server's settings, for commands that work where its data is."""

from pathlib import Path
from typing import TYPE_CHECKING

from demobackend_cli.stops import Stopped

if TYPE_CHECKING:
    from demobackend.composition.settings import Settings


def settings_from(*, data: Path | None = None, profile: str | None = None) -> "Settings":
    """As the environment and the files have them, but for what is given. Raises `Stopped` for a setting that is none."""
    from demobackend.composition.settings import SettingsRefused, load_settings

    chosen = {"data": data, "profile": profile}
    try:
        return load_settings(**{name: value for name, value in chosen.items() if value is not None})
    except SettingsRefused as refused:
        raise Stopped(str(refused)) from None
