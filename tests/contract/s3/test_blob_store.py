"""The blob store in S3 keeps its contract on two servers, one of them with versions kept."""

from uuid import uuid4

import pytest
from tests.servers.aws import AwsServer
from tests.servers.ministack import Ministack
from tests.servers.versitygw import S3Server

from demobackend.adapters.s3.blob_store import S3BlobStore
from demobackend.adapters.system.clock import SystemClock
from demobackend.ports.blob_store import BlobStore
from demobackend.testing.contracts.blob_store import BlobStoreContract

pytestmark = pytest.mark.servers


def empty_store(server: AwsServer, *, versions: bool) -> BlobStore:
    client, bucket = server.client("s3"), f"bucket-{uuid4().hex}"
    client.create_bucket(Bucket=bucket)
    if versions:
        client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return S3BlobStore(client, bucket, SystemClock())


@pytest.mark.xdist_group("versitygw")
class TestS3BlobStoreOnVersitygw(BlobStoreContract):
    """Without versions: versitygw answers 412 to If-None-Match on a deleted key that has some, where Amazon S3 stores the bytes."""

    @pytest.fixture(autouse=True)
    def _server(self, versitygw: S3Server) -> None:
        self.server = versitygw

    def empty_store(self) -> BlobStore:
        return empty_store(self.server, versions=False)


@pytest.mark.xdist_group("ministack")
class TestS3BlobStoreOnMinistack(BlobStoreContract):
    """With versions, as in production."""

    @pytest.fixture(autouse=True)
    def _server(self, ministack: Ministack) -> None:
        self.server = ministack

    def empty_store(self) -> BlobStore:
        return empty_store(self.server, versions=True)
