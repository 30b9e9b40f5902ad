"""Whether the bucket answers."""

from typing import TYPE_CHECKING

from demobackend.adapters.botocore_errors import in_domain_words

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


class S3Probe:
    """Asks for the bucket, which needs the network, valid credentials and the permission to list it; a `Probe`."""

    name = "blobs"

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def check(self) -> None:
        """Raises `Unavailable`."""
        with in_domain_words():
            self._client.head_bucket(Bucket=self._bucket)
