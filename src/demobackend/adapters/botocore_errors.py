"""The one translation of Amazon's errors: each technology names the codes that mean something, the rest is told here.

A code that nobody named is `Unavailable`, and logged: throttling and 5xx with a warning, anything else as an error, because
it is a permission, a limit or a bug that somebody must look at.
"""

import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from traceback import walk_tb

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.parsers import ResponseParserError

from demobackend.domain.model.errors import Corrupt, DomainError, Unavailable

_LOG = logging.getLogger("demobackend.aws")
_PASSING = frozenset(
    {
        "InternalError",
        "InternalErrorException",
        "InternalFailure",
        "InternalServerError",
        "InternalServiceError",
        "InternalServiceErrorException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)

# What the library's own code raises when it reads an answer that makes no sense to it: it has no error of its own for most of them.
_AT_A_LOSS = (ResponseParserError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
_READERS = frozenset({"botocore.endpoint", "botocore.httpchecksum", "botocore.model", "botocore.parsers"})

type Meanings = Mapping[str, Callable[[], DomainError]]
NOTHING_SPECIAL: Meanings = {}


def code_of(error: ClientError) -> str:
    """The error's code, such as `NoSuchKey`; for an answer to a HEAD, which has no body, the status as text."""
    return error.response.get("Error", {}).get("Code", "")


@contextmanager
def in_domain_words(meanings: Meanings = NOTHING_SPECIAL) -> Iterator[None]:
    """Raise what a call's error means in the domain; `Unavailable` for every code that `meanings` does not name."""
    try:
        yield
    except ClientError as error:
        raise _meaning(error, meanings) from error
    except ParamValidationError as error:  # nothing was sent: the call itself is wrong
        _LOG.exception("call refused by its model")
        raise Corrupt from error
    except BotoCoreError as error:
        _LOG.warning("no answer", extra={"error": type(error).__name__})
        raise Unavailable from error
    except _AT_A_LOSS as error:
        if not _was_raised_by_a_reader(error):
            raise
        _LOG.warning("garbled", extra={"error": type(error).__name__})
        raise Unavailable from error


def _was_raised_by_a_reader(error: Exception) -> bool:
    """Whether the library raised it where it reads answers: an error of our own stays one, also in a handler that the library calls."""
    modules = [frame.f_globals["__name__"] for frame, _ in walk_tb(error.__traceback__)]
    told = [module for module in modules if module != "botocore.utils" and module.partition(".")[0] not in sys.stdlib_module_names]
    return told[-1] in _READERS


@contextmanager
def whole_answer() -> Iterator[None]:
    """Read an answer that came. Raises `Unavailable` where it lacks what it always holds: its end was lost on the way.

    Of an answer in JSON that was cut off, the library hands out nothing but that there was one.
    """
    try:
        yield
    except (KeyError, ValueError) as error:
        _LOG.warning("half an answer", extra={"error": type(error).__name__})
        raise Unavailable from error


def _meaning(error: ClientError, meanings: Meanings) -> DomainError:
    code = code_of(error)
    if code in meanings:
        return meanings[code]()
    facts = {"code": code, "call": error.operation_name}
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _PASSING or status >= 500:
        _LOG.warning("not now", extra=facts)
    else:
        _LOG.error("refused", extra=facts)
    return Unavailable()
