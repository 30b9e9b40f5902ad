"""Records that come in batches: each to its change, each failure told by its record's identifier, so that only those come again."""

import logging
from collections.abc import Callable

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

from demobackend.domain.model.change import Change
from demobackend_lambda.first_use import Handler

type BatchHandler = Handler[dict[str, object], PartialItemFailureResponse]

_LOG = logging.getLogger("demobackend.lambda")


def batch_handler[Record](
    kind: EventType, change_of: Callable[[Record], Change | None], handle_change: Callable[[Change], str | None]
) -> BatchHandler:
    """Handle the change of each record that has one. A record that fails does not keep the others from being tried.

    A queue brings each failed record again. A stream goes back to the lowest failed sequence number and brings all from there
    on; changes may come twice, so that costs time and nothing else.
    """
    processor = BatchProcessor(kind, raise_on_entire_batch_failure=False, logger=_LOG)

    def handle_record(record: Record) -> None:
        change = change_of(record)
        if change is None:
            return
        reason = handle_change(change)
        if reason is not None:
            _LOG.warning("the text of a file cannot be read", extra={"file_id": change.file_id, "reason": reason})

    def handle(event: dict[str, object], _context: object) -> PartialItemFailureResponse:
        return process_partial_response(event, handle_record, processor)

    return handle


def failures(answer: PartialItemFailureResponse) -> dict[str, int]:
    """How many records failed."""
    return {"BatchFailures": len(answer["batchItemFailures"])}
