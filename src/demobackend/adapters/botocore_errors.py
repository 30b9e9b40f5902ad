"""The one translation of Amazon's errors: each technology names the codes that mean something, the rest is told here.

A code that nobody named is `Unavailable`, and logged: throttling and 5xx with a warning, anything else as an error, because
it is a permission, a limit or a bug that somebody must look at.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

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

type Meanings = Mapping[str, Callable[[], DomainError]]
NOTHING_SPECIAL: Meanings = {}


def code_of(error: ClientError) -> str:
    """The error's code, such as `NoSuchKey`; for an answer to a HEAD, which has no body, the status as text."""
    return error.response["Error"].get("Code", "")


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
