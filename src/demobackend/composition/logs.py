"""Structured logs: one JSON object a line, with the request's id and never a secret."""

import json
import logging
from datetime import UTC, datetime
from typing import TextIO

_ENCODE = json.JSONEncoder(default=str).encode
_OWN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """Level, time, logger, message, and whatever the call added by `extra`. The JSON encoder escapes what could break a line."""

    def format(self, record: logging.LogRecord) -> str:
        """One line without its end."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in record.__dict__.items() if name not in _OWN}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return _ENCODE(line)


def configure_logging(level: str, stream: TextIO) -> None:
    """Send our loggers' lines to the stream. Third parties' loggers stay as they are."""
    # What none of our lines shows need not be looked up for each ("Optimization" in Python's logging HOWTO).
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("demobackend")
    logger.handlers = [handler]
    logger.setLevel(level)
    logger.propagate = False
