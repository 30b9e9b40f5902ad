"""The search index built anew, by an operator's command and not by a server."""

from contextlib import closing

from demobackend.composition.build import build
from demobackend.composition.data_directory import require_data
from demobackend.composition.settings import Settings
from demobackend.domain.model.search import Rebuilt
from demobackend.domain.use_cases.events.rebuild_index import OnRead


def reindex(settings: Settings, *, read_again: bool, on_read: OnRead) -> Rebuilt:
    """Build the index anew from the catalogue and the bytes, also while servers run.

    Raises `SettingsRefused`, `NotFound` when there is no data, and of the stores `Corrupt`, `Unavailable`; then searches find what
    they found before.
    """
    require_data(settings, "catalog")
    with closing(build(settings, areas=frozenset())) as application:
        return application.events.rebuild_index(read_again=read_again, on_read=on_read)
