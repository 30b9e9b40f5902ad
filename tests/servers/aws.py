"""What every server that speaks an API of Amazon's has: where it is, who may call it, and clients for it."""

from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict, Unpack

from boto3.session import Session
from tests.servers.process import ServerProcess

from demobackend.adapters.botocore_clients import client_config


class ClientOptions(TypedDict, total=False):
    """What `client_config` takes."""

    attempts: int
    connections: int
    signature: Literal["v4", "s3v4"] | None
    s3_checksums: Literal["when_supported", "when_required"]
    s3_addressing: Literal["auto", "virtual", "path"]


_DEFAULTS: dict[str, ClientOptions] = {"s3": {"signature": "s3v4", "s3_addressing": "path"}}


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsServer:
    """A server on loopback. With other keys in place (`dataclasses.replace`) its clients call as somebody else."""

    process: ServerProcess
    endpoint: str
    access_key: str
    secret_key: str
    region: str = "us-east-1"
    _clients: dict[tuple[str, frozenset[tuple[str, object]]], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def client(self, service: str, **options: Unpack[ClientOptions]) -> Any:  # boto3 makes its classes at run time
        """The client of a service, made once for each set of options: making one takes longer than most calls."""
        chosen = _DEFAULTS.get(service, {}) | options
        key = (service, frozenset(chosen.items()))
        if key not in self._clients:
            self._clients[key] = self.session().client(service, endpoint_url=self.endpoint, config=client_config(**chosen))
        return self._clients[key]

    def session(self) -> Session:
        """A session with this server's keys and region; its clients still need the endpoint."""
        return Session(aws_access_key_id=self.access_key, aws_secret_access_key=self.secret_key, region_name=self.region)
