"""Bytes in one S3 bucket, an object per key."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BufferedReader
from typing import TYPE_CHECKING, BinaryIO

from demobackend.adapters.botocore_errors import Meanings, in_domain_words, whole_answer
from demobackend.adapters.s3.checksums import from_base64, to_base64
from demobackend.adapters.s3.content import S3Content
from demobackend.adapters.s3.presigning import Presigner
from demobackend.domain.model.blob import BlobFacts, BlobKey, SignedRequest
from demobackend.domain.model.disposition import Disposition, content_disposition
from demobackend.domain.model.errors import NotFound, Unavailable
from demobackend.domain.model.names import FileName, MediaType, Sha256
from demobackend.ports.clock import Clock

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import HeadObjectOutputTypeDef, ListObjectsV2OutputTypeDef, ListObjectsV2RequestTypeDef

_READ_BYTES = 64 * 1024
# A 404 to a HEAD has no body and so no code. Without the permission to list the bucket S3 answers 403 in its place.
_HEAD: Meanings = {"404": NotFound, "NoSuchKey": NotFound, "NotFound": NotFound}
_GET: Meanings = {"NoSuchKey": NotFound}


class S3BlobStore:
    """`BlobStore` over a versioned bucket. `client` signs by `s3v4`; `kms_key`, an ARN, is what uploads ask to be encrypted with.

    `delete` puts a delete marker on the key, which for everyone is absence, and the bucket's lifecycle removes the bytes 30 days
    later: so a bug or a stolen role can be undone, and no function needs the permission to delete versions.
    Source: S3 user guide, "Deleting object versions from a versioning-enabled bucket" and "How to prevent object overwrites with
    conditional writes".
    """

    def __init__(self, client: "S3Client", bucket: str, clock: Clock, *, kms_key: str | None = None) -> None:
        self._client = client
        self._bucket = bucket
        self._presigner = Presigner(client, clock)
        self._encryption = {} if kms_key is None else {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key}

    def sign_upload(self, key: BlobKey, *, size: int, media_type: MediaType, sha256: Sha256 | None, life: timedelta) -> SignedRequest:
        """As `BlobStore.sign_upload`; `size` in bytes; a life is cut to whole seconds. Raises `Unavailable` without credentials."""
        declared = {"ContentType": media_type.value, "IfNoneMatch": "*", **self._encryption}
        if sha256 is not None:
            declared["ChecksumSHA256"] = to_base64(sha256)
        return self._presigner.put({"Bucket": self._bucket, "Key": key.text}, declared, size=size, life=life)

    def sign_download(
        self, key: BlobKey, *, name: FileName, media_type: MediaType, disposition: Disposition, life: timedelta
    ) -> SignedRequest:
        """As `BlobStore.sign_download`. S3 refuses a HEAD under the signature of a GET. Raises `Unavailable` without credentials."""
        answered = {
            "ResponseContentDisposition": content_disposition(disposition, name.value),
            "ResponseContentType": media_type.value,
        }
        return self._presigner.get({"Bucket": self._bucket, "Key": key.text}, answered, life=life)

    def head(self, key: BlobKey) -> BlobFacts:
        """As `BlobStore.head`; the SHA-256 is what S3 verified on arrival. Raises `NotFound`, `Corrupt`, `Unavailable`."""
        with in_domain_words(_HEAD), whole_answer():
            return to_facts(self._client.head_object(Bucket=self._bucket, Key=key.text, ChecksumMode="ENABLED"))

    def open(self, key: BlobKey) -> BinaryIO:
        """As `BlobStore.open`; what reading raises says `S3Content`. The stream cannot seek. Raises `NotFound`, `Unavailable`."""
        with in_domain_words(_GET):
            answer = self._client.get_object(Bucket=self._bucket, Key=key.text, ChecksumMode="ENABLED")
        if "content-length" not in answer["ResponseMetadata"]["HTTPHeaders"]:  # then bytes that were cut off would look whole
            answer["Body"].close()
            raise Unavailable
        return BufferedReader(S3Content(answer["Body"]), _READ_BYTES)

    def delete(self, key: BlobKey) -> None:
        """As `BlobStore.delete`. Raises `Unavailable`."""
        with in_domain_words():
            self._client.delete_object(Bucket=self._bucket, Key=key.text)

    def keys_stored_before(self, moment: datetime) -> Iterator[BlobKey]:
        """As `BlobStore.keys_stored_before`; objects under foreign keys are passed over. Raises `Unavailable`."""
        for page in self._pages():
            for stored in page.get("Contents", []):
                key = own_key(stored["Key"])
                if key is not None and stored["LastModified"] < moment:
                    yield key

    def _pages(self) -> Iterator["ListObjectsV2OutputTypeDef"]:
        """The listing in order of the keys' bytes, up to 1,000 keys a page."""
        request: ListObjectsV2RequestTypeDef = {"Bucket": self._bucket}
        while True:
            with in_domain_words():
                page = self._client.list_objects_v2(**request)
            if "IsTruncated" not in page:
                raise Unavailable  # an answer without a body: to take it for an empty bucket would be a lie
            yield page
            if not page["IsTruncated"]:
                return
            request["ContinuationToken"] = page["NextContinuationToken"]


def to_facts(answer: "HeadObjectOutputTypeDef") -> BlobFacts:
    """What the answer to a HEAD says of stored bytes. Raises `Corrupt` for a checksum that is none."""
    return BlobFacts(
        size=answer["ContentLength"], sha256=from_base64(answer.get("ChecksumSHA256")), stored_at=answer["LastModified"].astimezone(UTC)
    )


def own_key(text: str) -> BlobKey | None:
    """The key of one of our objects; None for another one."""
    try:
        return BlobKey.parse(text)
    except NotFound:
        return None
