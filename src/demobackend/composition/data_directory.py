"""The data directory as operators' commands find it: whoever only looks into one makes none."""

from demobackend.composition.backup_format import DATABASE
from demobackend.composition.settings import EMBEDDED, Settings
from demobackend.domain.model.errors import NotFound


def require_data(settings: Settings, *ports: str) -> None:
    """Raises `NotFound` when one of these ports keeps on this machine what it holds, and there is nothing."""
    if any(settings.kinds[port] in EMBEDDED for port in ports) and not (settings.data / DATABASE).exists():
        raise NotFound(f"There is no data in {settings.data}.")
