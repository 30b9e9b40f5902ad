"""Structured logs of a Lambda function: one JSON object a line, with the invocation's id and never a secret."""

import json
import logging
from collections.abc import Callable

from aws_lambda_powertools import Logger

_ENCODE = json.JSONEncoder(default=str, ensure_ascii=False, separators=(",", ":")).encode  # as Powertools', but made once


def logged[Event, Answer](level: str, handler: Callable[[Event, object], Answer]) -> Callable[[Event, object], Answer]:
    """Send the lines of all our loggers to standard output, each with what the invocation's context says.

    The logger is called `demobackend`, so the loggers of our modules are its children. Events are never logged, whatever the
    environment asks for: they hold passwords and tokens. That a request was answered is told once, by the line of its metrics.
    """
    logger = Logger(service="demobackend", level=level, utc=True, use_rfc3339=True, json_serializer=_ENCODE)
    logging.getLogger("demobackend.requests").setLevel(logging.WARNING)
    return logger.inject_lambda_context(handler, log_event=False)
