"""The passing of time: an Amazon EventBridge schedule calls for a sweep."""

from dataclasses import asdict

from demobackend.domain.use_cases.areas import Events
from demobackend_lambda.first_use import Handler, events_handler


def schedule_handler(events: Events) -> Handler[object, dict[str, int]]:
    """Sweep, and answer how much was done. A sweep that fails raises, so that the schedule's retries take it up again.

    An event `{"check_blobs": false}` leaves out what lists the whole bucket; every other one asks for all.
    """

    def handle(event: object, _context: object) -> dict[str, int]:
        return asdict(events.sweep(check_blobs=event != {"check_blobs": False}))

    return handle


handler = events_handler(schedule_handler)
