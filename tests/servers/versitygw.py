"""versitygw, an S3 server that checks signatures, checksums and conditions as Amazon S3 does; it keeps objects as files."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from tests.servers.aws import AwsServer
from tests.servers.installation import Installation, program, run
from tests.servers.process import LOOPBACK, free_port, running

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_VERSION = "v1.8.0"
_BUILDING_SECONDS = 1800
_STARTING_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Server(AwsServer):
    """A running versitygw. Its root user, whom the keys name, is above every bucket policy."""

    def new_bucket(self) -> str:
        """The name of a new, empty, versioned bucket."""
        client: S3Client = self.client("s3")
        name = f"bucket-{uuid4().hex}"
        client.create_bucket(Bucket=name)
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name


def _build(folder: Path) -> None:
    go = program("go", package="golang-go, where that is Go 1.25 or newer")
    package = f"github.com/versity/versitygw/cmd/versitygw@{_VERSION}"
    run([go, "install", package], seconds=_BUILDING_SECONDS, environment={"GOBIN": str(folder)})


INSTALLATION = Installation("versitygw", _VERSION, _build)


@contextmanager
def serve(folder: Path, *, access_key: str = "root-of-versitygw", secret_key: str = "secret-of-versitygw") -> Iterator[S3Server]:
    """A server with its data below `folder`; its root user has these keys."""
    objects, versions = folder / "data/objects", folder / "data/versions"
    objects.mkdir(parents=True)
    versions.mkdir()
    environment = {"ROOT_ACCESS_KEY": access_key, "ROOT_SECRET_KEY": secret_key}
    with free_port() as port:
        command = [str(INSTALLATION.folder / "versitygw"), "--port", f"{LOOPBACK}:{port}", "--health", "/health"]
        backend = ["posix", "--versioning-dir", str(versions), str(objects)]
        with running(
            [*command, *backend], folder=folder, environment=environment, port=port, path="/health", seconds=_STARTING_SECONDS
        ) as process:
            yield S3Server(process=process, endpoint=f"http://{LOOPBACK}:{port}", access_key=access_key, secret_key=secret_key)
