"""The passing of time: an Amazon EventBridge schedule calls for a sweep."""

from dataclasses import asdict

from demobackend.domain.use_cases.areas import Events
from demobackend_lambda.first_use import Handler, events_handler


def schedule_handler(events: Events) -> Handler[object, dict[str, int]]:
    """Sweep, and answer how much was done. A sweep that fails raises, so that the schedule's retries take it up again."""

    def handle(_event: object, _context: object) -> dict[str, int]:
        return asdict(events.sweep())

    return handle


handler = events_handler(schedule_handler)
