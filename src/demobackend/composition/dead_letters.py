"""Changes that were given up, listed and tried again by an operator's command and not by a server."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from demobackend.composition.container import Container
from demobackend.composition.data_directory import require_data
from demobackend.composition.settings import Settings, SettingsRefused
from demobackend.domain.model.change import DeadLetter
from demobackend.domain.model.errors import NotFound
from demobackend.domain.model.ids import ChangeId, known_form
from demobackend.ports.change_feed import ChangeFeed

_PAGE = 100


def dead_letters(settings: Settings) -> tuple[DeadLetter, ...]:
    """Return all of them, oldest first. Raises `SettingsRefused`, `NotFound` when there is no data, `Corrupt`, `Unavailable`."""
    with _opened(settings) as (feed, _):
        return tuple(_every_letter(feed))


def replay(settings: Settings, change_id: str) -> tuple[ChangeId, ...]:
    """Have this one tried again at once by the server that works on the data, or by the next, and return its id.

    Raises `SettingsRefused`, `NotFound` when there is no such letter or no data, `Corrupt`, `Unavailable`.
    """
    with _opened(settings) as (feed, container):
        try:
            letter = ChangeId(known_form(change_id))
            feed.replay(letter, due=container.clock().now())
        except NotFound:
            raise NotFound("There is no such dead letter.") from None
        return (letter,)


def replay_all(settings: Settings) -> tuple[ChangeId, ...]:
    """Have all that are there now tried again at once, and return their ids. Raises as `dead_letters`."""
    with _opened(settings) as (feed, container):
        letters = [letter.id for letter in _every_letter(feed)]
        replayed = []
        for letter in letters:
            with suppress(NotFound):  # somebody else was first
                feed.replay(letter, due=container.clock().now())
                replayed.append(letter)
        return tuple(replayed)


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple[ChangeFeed, Container]]:
    if settings.kinds["catalog"] != "sqlite":
        raise SettingsRefused("Only a data directory holds dead letters; those of AWS lie in queues (docs/operations.md).")
    require_data(settings, "catalog")
    container = Container(settings=settings)
    container.kinds.from_dict(settings.kinds)
    feed: ChangeFeed = container.feed()
    try:
        yield feed, container
    finally:
        container.database().close()


def _every_letter(feed: ChangeFeed) -> Iterator[DeadLetter]:
    page = feed.dead_letters(limit=_PAGE, after=None)
    yield from page.items
    while page.next is not None:
        page = feed.dead_letters(limit=_PAGE, after=page.next)
        yield from page.items
