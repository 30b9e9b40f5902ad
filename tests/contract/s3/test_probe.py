"""The probe of the bucket keeps its contract on two servers."""

from collections.abc import Callable
from functools import partial
from uuid import uuid4

import pytest
from tests.servers.aws import AwsServer
from tests.servers.ministack import Ministack
from tests.servers.versitygw import S3Server

from demobackend.adapters.s3.probe import S3Probe
from demobackend.ports.probe import Probe
from demobackend.testing.contracts.probe import ProbeContract

pytestmark = pytest.mark.servers


def probe(server: AwsServer) -> tuple[Probe, Callable[[], None]]:
    client, bucket = server.client("s3"), f"bucket-{uuid4().hex}"
    client.create_bucket(Bucket=bucket)
    return S3Probe(client, bucket), partial(client.delete_bucket, Bucket=bucket)


@pytest.mark.xdist_group("versitygw")
class TestS3ProbeOnVersitygw(ProbeContract):
    @pytest.fixture(autouse=True)
    def _server(self, versitygw: S3Server) -> None:
        self.server = versitygw

    def probe(self) -> tuple[Probe, Callable[[], None]]:
        return probe(self.server)


@pytest.mark.xdist_group("ministack")
class TestS3ProbeOnMinistack(ProbeContract):
    @pytest.fixture(autouse=True)
    def _server(self, ministack: Ministack) -> None:
        self.server = ministack

    def probe(self) -> tuple[Probe, Callable[[], None]]:
        return probe(self.server)
