"""The one configuration of Amazon's clients: how long they wait, how often they try.

An answer must reach the caller before Amazon API Gateway gives up after 29 seconds; three attempts of at most seven seconds
with the library's back-off between them stay below that. Endpoints, regions and credentials come from Amazon's own variables.
Source: botocore's Config; `total_max_attempts` counts the first attempt, `max_attempts` would not.
"""

from typing import TYPE_CHECKING, Literal

from botocore.config import Config

from demobackend.adapters.botocore_errors import in_domain_words, whole_answer

if TYPE_CHECKING:
    from types_boto3_sts import STSClient

CONNECT_SECONDS = 2
READ_SECONDS = 5
ATTEMPTS = 3


def client_config(
    *,
    attempts: int = ATTEMPTS,
    connections: int = 10,
    signature: Literal["v4", "s3v4"] | None = None,
    s3_checksums: Literal["when_supported", "when_required"] = "when_required",
    s3_addressing: Literal["auto", "virtual", "path"] = "auto",
) -> Config:
    """The configuration of every client. The one that signs S3 URLs needs `s3v4`: what the library signs by itself is older.

    `connections` is the most that one client keeps open. boto3 adds checksums of its own where it may; a URL signed for a
    browser must not ask for one, hence `when_required`.
    """
    return Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=connections,
        request_checksum_calculation=s3_checksums,
        response_checksum_validation=s3_checksums,
        signature_version=signature,
        s3={"addressing_style": s3_addressing},
        tcp_keepalive=True,
        user_agent_appid="demobackend",  # type: ignore[call-arg]  # the published types lag behind the library
    )


def caller_arn(client: "STSClient") -> str:
    """Who the credentials are, as an ARN; needs no permission. Raises `Unavailable`, also when they are refused or missing."""
    with in_domain_words(), whole_answer():
        return client.get_caller_identity()["Arn"]
