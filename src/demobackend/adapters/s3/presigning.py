"""Presigned requests: made here without a call, and looked at before they are handed out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from demobackend.adapters.botocore_errors import in_domain_words
from demobackend.domain.model.blob import SignedRequest
from demobackend.domain.model.errors import Corrupt, Unavailable
from demobackend.ports.clock import Clock

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

LONGEST_LIFE = timedelta(days=7)  # Signature Version 4's own limit
_HEADERS = {
    "ContentType": "content-type",
    "IfNoneMatch": "if-none-match",
    "ChecksumSHA256": "x-amz-checksum-sha256",
    "ServerSideEncryption": "x-amz-server-side-encryption",
    "SSEKMSKeyId": "x-amz-server-side-encryption-aws-kms-key-id",
}
SENT_HEADERS = tuple(_HEADERS.values())
"""What a client may have to send with an upload, so what a bucket must let browsers send."""
_FORM = "application/x-www-form-urlencoded; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Presigner:
    """Signs with the credentials of `client`, which must have been made for signature version `s3v4`.

    A request ends when its life is over or its credentials are, whichever comes first. Credentials in the environment, as on
    AWS Lambda, do not tell their end; there it is the life alone.
    Source: S3 API reference, "Authenticating Requests: Using Query Parameters"; user guide, "Expiration time for presigned URLs".
    """

    client: "S3Client"
    clock: Clock

    def put(self, target: Mapping[str, str], declared: Mapping[str, str], *, size: int, life: timedelta) -> SignedRequest:
        """A PUT of `size` bytes to `target` (Bucket, Key), bound to every header of `declared`, named as PutObject names them.

        Raises `Unavailable` without credentials.
        """
        declared = {name: _signable(value) for name, value in declared.items()}
        url = self._url("put_object", {**target, **declared, "ContentLength": size}, life)
        headers = tuple((_HEADERS[name], value) for name, value in declared.items())
        return self._checked("PUT", url, headers, covered={"host", "content-length", *(name for name, _ in headers)})

    def get(self, target: Mapping[str, str], answered: Mapping[str, str], *, life: timedelta) -> SignedRequest:
        """A GET of `target` (Bucket, Key), answered with the headers of `answered`. Raises `Unavailable` without credentials."""
        return self._checked("GET", self._url("get_object", {**target, **answered}, life), (), covered={"host"})

    def _url(self, operation: str, parameters: Mapping[str, str | int], life: timedelta) -> str:
        seconds = int(min(life, LONGEST_LIFE).total_seconds())
        with in_domain_words():
            return self.client.generate_presigned_url(operation, Params=dict(parameters), ExpiresIn=seconds)

    def _checked(self, method: str, url: str, headers: tuple[tuple[str, str], ...], *, covered: set[str]) -> SignedRequest:
        query = dict(parse_qsl(urlsplit(url).query))
        if set(query.get("X-Amz-SignedHeaders", "").split(";")) != covered:
            raise Corrupt("The library signed other headers than were asked for.")  # an unsigned one could be left out or changed
        begun = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        ends = begun + timedelta(seconds=int(query["X-Amz-Expires"]))
        end_of_credentials = credentials_end(self.client)
        if end_of_credentials is not None and end_of_credentials <= self.clock.now():
            raise Unavailable
        return SignedRequest(method, url, headers, min(ends, end_of_credentials or ends))


def credentials_end(client: "S3Client") -> datetime | None:
    """When the credentials that `client` signs with end, in UTC; None for those that do not tell.

    The library keeps both in private attributes and shows them nowhere; a test holds that they are there.
    """
    credentials = attrgetter("_request_signer._credentials")(client)
    end: datetime | None = getattr(credentials, "_expiry_time", None)
    return None if end is None else end.astimezone(UTC)


def _signable(value: str) -> str:
    """The library leaves this one Content-Type unsigned, since it sets it on calls by itself; without the space it is the same type."""
    return value.replace("; ", ";") if value == _FORM else value
