"""What an S3 server keeps of an upload and of a deletion."""

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from tests.servers.ministack import Ministack
from tests.servers.versitygw import S3Server

from demobackend.adapters.s3.blob_store import S3BlobStore
from demobackend.adapters.s3.probe import S3Probe
from demobackend.adapters.system.clock import SystemClock
from demobackend.domain.model.errors import NotFound, Unavailable
from demobackend.testing.contracts.blob_store import bring_over_http, read_all, sample_key
from demobackend.testing.contracts.signed_requests import digest, sign_upload, with_header
from demobackend.testing.wire import send_over_http, signed

if TYPE_CHECKING:
    from types_boto3_kms import KMSClient
    from types_boto3_s3 import S3Client

pytestmark = pytest.mark.servers
CONTENT = b"bytes"


@pytest.mark.xdist_group("versitygw")
class TestOnVersitygw:
    def test_deleted_bytes_can_be_had_back_until_the_lifecycle_removes_them(self, versitygw: S3Server) -> None:
        client: S3Client = versitygw.client("s3")
        bucket = versitygw.new_bucket()
        store = S3BlobStore(client, bucket, SystemClock())
        bring_over_http(store, sample_key(), CONTENT)
        store.delete(sample_key())
        with pytest.raises(NotFound):
            store.head(sample_key())
        (marker,) = client.list_object_versions(Bucket=bucket)["DeleteMarkers"]
        client.delete_object(Bucket=bucket, Key=sample_key().text, VersionId=marker["VersionId"])
        assert read_all(store, sample_key()) == CONTENT

    def test_the_checksum_that_was_verified_on_arrival_is_told(self, versitygw: S3Server) -> None:
        store = S3BlobStore(versitygw.client("s3"), versitygw.new_bucket(), SystemClock())
        assert send_over_http(signed(sign_upload(store, CONTENT, sha256=digest(CONTENT)), CONTENT)).status == 200
        assert store.head(sample_key()).sha256 == digest(CONTENT)

    def test_objects_under_foreign_keys_are_passed_over(self, versitygw: S3Server) -> None:
        client: S3Client = versitygw.client("s3")
        bucket = versitygw.new_bucket()
        store = S3BlobStore(client, bucket, SystemClock())
        bring_over_http(store, sample_key(), CONTENT)
        for name in ("backup.tar", f"{sample_key().text}.bak", "ünï code+%2F&"):
            client.put_object(Bucket=bucket, Key=name, Body=b"x")
        assert list(store.keys_stored_before(SystemClock().now().replace(year=2100))) == [sample_key()]

    def test_a_probe_tells_a_bucket_from_none(self, versitygw: S3Server) -> None:
        S3Probe(versitygw.client("s3"), versitygw.new_bucket()).check()
        with pytest.raises(Unavailable):
            S3Probe(versitygw.client("s3"), "no-such-bucket").check()
        with pytest.raises(Unavailable):
            S3Probe(replace(versitygw, secret_key="wrong").client("s3"), versitygw.new_bucket()).check()


@pytest.mark.xdist_group("ministack")
class TestOnMinistack:
    def test_an_upload_is_encrypted_with_the_key_that_was_signed_or_refused(self, ministack: Ministack) -> None:
        kms: KMSClient = ministack.client("kms")
        client: S3Client = ministack.client("s3")
        key, bucket = kms.create_key()["KeyMetadata"]["Arn"], f"bucket-{uuid4().hex}"
        client.create_bucket(Bucket=bucket)
        store = S3BlobStore(client, bucket, SystemClock(), kms_key=key)
        request = signed(sign_upload(store, CONTENT), CONTENT)
        for name in ("x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id"):
            assert send_over_http(with_header(request, name, None)).status == 403
        assert send_over_http(request).status == 200
        stored = client.head_object(Bucket=bucket, Key=sample_key().text)
        assert (stored["ServerSideEncryption"], stored["SSEKMSKeyId"]) == ("aws:kms", key)
        assert read_all(store, sample_key()) == CONTENT
