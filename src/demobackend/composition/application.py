"""A built application: what an entry point needs to drive it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from demobackend.composition.settings import EMBEDDED, Settings

if TYPE_CHECKING:  # an application of one area loads nothing of the others
    from demobackend.adapters.signed_urls import UrlSigner
    from demobackend.api.dispatch import Dispatch, Methods
    from demobackend.domain.use_cases.areas import Events
    from demobackend.domain.use_cases.events.note_arrival import NoteArrival
    from demobackend.domain.use_cases.events.process_changes import ProcessChanges
    from demobackend.ports.blob_gateway import BlobGateway
    from demobackend.ports.change_feed import ChangeFeed
    from demobackend.ports.clock import Clock
    from demobackend.ports.mailbox import Mailbox


@dataclass(frozen=True, slots=True)
class BlobDoor:
    """What a server needs to carry out signed blob requests itself, as Amazon S3 does elsewhere."""

    signer: UrlSigner
    gateway: BlobGateway
    note_arrival: NoteArrival


@dataclass(frozen=True, kw_only=True)
class Application:
    """The areas asked for behind one dispatch, and what else there is; each is built once, when first touched.

    `prepare` makes what no infrastructure template can, such as a search index; it may be called again. It raises `Unavailable`.
    A feed, a mailbox and a door to the bytes are there only where `has_feed`, `has_mailbox` and `has_blob_door` say so:
    elsewhere Amazon's streams, mail and S3 stand in their place.
    """

    settings: Settings
    make_dispatch: Callable[[], Dispatch]
    routes: Mapping[str, Methods]
    clock: Clock
    make_events: Callable[[], Events]
    make_process_changes: Callable[[], ProcessChanges]
    make_feed: Callable[[], ChangeFeed]
    make_mailbox: Callable[[], Mailbox]
    make_blob_door: Callable[[], BlobDoor]
    prepare: Callable[[], None]
    close: Callable[[], None]

    @property
    def dispatch(self) -> Dispatch:
        """The areas that were asked for."""
        return self.make_dispatch()

    @property
    def events(self) -> Events:
        """What happens without a request."""
        return self.make_events()

    @property
    def process_changes(self) -> ProcessChanges:
        """One worker's round over the change feed."""
        return self.make_process_changes()

    @property
    def feed(self) -> ChangeFeed:
        """The change feed, for workers and for dead letters."""
        return self.make_feed()

    @property
    def has_feed(self) -> bool:
        """Whether changes wait in a feed of ours for a worker."""
        return self.settings.kinds["catalog"] in EMBEDDED

    @property
    def has_mailbox(self) -> bool:
        """Whether mails stay here for developers to read."""
        return self.settings.kinds["mail"] in EMBEDDED

    @property
    def has_blob_door(self) -> bool:
        """Whether bytes come and go through our own server."""
        return self.settings.kinds["blobs"] in EMBEDDED

    @property
    def mailbox(self) -> Mailbox:
        """The mails sent."""
        return self.make_mailbox()

    @property
    def blobs(self) -> BlobDoor:
        """The door to the bytes."""
        return self.make_blob_door()
