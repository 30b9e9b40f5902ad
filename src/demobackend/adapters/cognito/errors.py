"""What each documented exception of each Cognito call means to us: the one table, and the translation by it.

`None` leaves an exception to the shared translation: `Unavailable`, and a line in the log. Those are outages, throttling, and
settings of the pool or its client that somebody must mend; the checkup names most of them. A test holds the table to be complete.
Messages are read for one thing only, which Cognito tells no other way: that our client's secret is the wrong one.
Source: the service model `cognito-idp` 2016-04-18.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from botocore.exceptions import ClientError

from demobackend.adapters.botocore_errors import code_of, in_domain_words
from demobackend.domain.model.errors import (
    AlreadyExists,
    DomainError,
    InvalidCode,
    InvalidCredentials,
    InvalidInput,
    LimitExceeded,
    NotConfirmed,
    NotFound,
    Unauthenticated,
    Unavailable,
)

_LOG = logging.getLogger("demobackend.aws")

type Meaning = Callable[[], DomainError] | None


def _weak_password() -> DomainError:
    return InvalidInput.at("/password", "weak_password", "This password is not accepted; choose a longer or less common one.")


def _unusable_address() -> DomainError:
    return InvalidInput.at("/email", "invalid_email", "This is not an e-mail address that we can use.")


def _try_later() -> DomainError:
    return LimitExceeded(timedelta(hours=1))


_OUTAGES: Mapping[str, Meaning] = {"InternalErrorException": None, "TooManyRequestsException": None}
_MISTAKES: Mapping[str, Meaning] = {"OperationNotEnabledException": None, "ResourceNotFoundException": None}
_TRIGGERS: Mapping[str, Meaning] = dict.fromkeys(
    ("InvalidLambdaResponseException", "UnexpectedLambdaException", "UserLambdaValidationException")
)
_SENDING: Mapping[str, Meaning] = dict.fromkeys(
    ("InvalidEmailRoleAccessPolicyException", "InvalidSmsRoleAccessPolicyException", "InvalidSmsRoleTrustRelationshipException")
)
_FIREWALL: Mapping[str, Meaning] = {"ForbiddenException": None}

MEANINGS: Mapping[str, Mapping[str, Meaning]] = {
    "SignUp": {
        **_OUTAGES,
        **_MISTAKES,
        **_TRIGGERS,
        **_SENDING,
        **_FIREWALL,
        "UsernameExistsException": AlreadyExists,
        "InvalidPasswordException": _weak_password,
        "InvalidParameterException": _unusable_address,  # all else that goes into the call is ours
        "NotAuthorizedException": None,
        "CodeDeliveryFailureException": None,  # the user is there; the next registration begins anew
        "LimitExceededException": None,  # as before
    },
    "ConfirmSignUp": {
        **_OUTAGES,
        **_MISTAKES,
        **_TRIGGERS,
        **_FIREWALL,
        "CodeMismatchException": InvalidCode,
        "ExpiredCodeException": InvalidCode,
        "NotAuthorizedException": InvalidCode,  # confirmed already
        "UserNotFoundException": InvalidCode,
        "AliasExistsException": InvalidCode,
        "InvalidParameterException": InvalidCode,
        "TooManyFailedAttemptsException": InvalidCode,  # nobody but an account that waits can meet this: it must not show
        "LimitExceededException": InvalidCode,  # as before: "attempt limit exceeded"
    },
    "ResendConfirmationCode": {
        **_OUTAGES,
        **_MISTAKES,
        **_TRIGGERS,
        **_SENDING,
        **_FIREWALL,
        "UserNotFoundException": NotFound,
        "InvalidParameterException": NotFound,  # confirmed already
        "NotAuthorizedException": NotFound,
        "LimitExceededException": _try_later,
        "CodeDeliveryFailureException": _try_later,
    },
    "AdminInitiateAuth": {
        **_OUTAGES,
        **_MISTAKES,
        **_TRIGGERS,
        **_SENDING,
        "NotAuthorizedException": InvalidCredentials,  # wrong, unknown, disabled, or locked by Cognito itself
        "UserNotFoundException": InvalidCredentials,
        "UserNotConfirmedException": NotConfirmed,  # whatever the password
        "PasswordResetRequiredException": InvalidCredentials,  # an operator's doing, which nobody here can answer
        "MFAMethodNotFoundException": InvalidCredentials,  # as before
        "InvalidParameterException": None,
        "InvalidUserPoolConfigurationException": None,
        "UnsupportedOperationException": None,
        "FeatureUnavailableInTierException": None,
    },
    "AdminDeleteUser": {
        **_OUTAGES,
        **_MISTAKES,
        "UserNotFoundException": NotFound,
        "InvalidParameterException": None,
        "NotAuthorizedException": None,
    },
    "GetTokensFromRefreshToken": {
        **_OUTAGES,
        **_MISTAKES,
        **_TRIGGERS,
        **_FIREWALL,
        "NotAuthorizedException": Unauthenticated,  # revoked, expired, or the user is disabled
        "RefreshTokenReuseException": Unauthenticated,
        "UserNotFoundException": Unauthenticated,
        "InvalidParameterException": None,
    },
    "RevokeToken": {
        "InternalErrorException": None,
        "TooManyRequestsException": None,
        **_FIREWALL,
        "OperationNotEnabledException": None,
        "UnauthorizedException": NotFound,
        "UnsupportedTokenTypeException": NotFound,
        "InvalidParameterException": NotFound,
        "UnsupportedOperationException": NotFound,  # the client has revocation switched off: the checkup says so
    },
    "DescribeUserPool": {
        **_OUTAGES,
        **_MISTAKES,
        "InvalidParameterException": None,
        "NotAuthorizedException": None,
        "UserPoolTaggingException": None,
    },
    "DescribeUserPoolClient": {
        **_OUTAGES,
        **_MISTAKES,
        "InvalidParameterException": None,
        "NotAuthorizedException": None,
    },
}


@contextmanager
def calling(operation: str) -> Iterator[None]:
    """Raise what this call's exception means by the table."""
    meanings = {code: meaning for code, meaning in MEANINGS[operation].items() if meaning is not None}
    with in_domain_words(meanings):
        try:
            yield
        except ClientError as error:
            if _is_about_our_secret(error):
                _LOG.exception("the app client's secret is not the one that we have", extra={"call": operation})
                raise Unavailable from error
            raise


def _is_about_our_secret(error: ClientError) -> bool:
    """Cognito refuses a wrong secret as it refuses a wrong password; taken for one, it would lock everybody out."""
    message = error.response["Error"].get("Message", "").lower()
    return code_of(error) == "NotAuthorizedException" and "secret" in message
