"""What Amazon Web Services do around the functions, in the test's own process."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from tests.end_to_end.lambda_walk.runtime_api import LambdaFunction

from demobackend.api.operation import AreaName
from demobackend.composition.application import Application, BlobDoor
from demobackend.testing.deployed_api import Authorizer, DeployedApi
from demobackend.testing.gateway import RawHttpRequest
from demobackend.testing.wire import HttpAnswer

_CODE = re.compile(r"\b[0-9]{6}\b")


class Cloud:
    """What Amazon Web Services do around the functions: a REST API in front of them, a store that takes signed requests."""

    def __init__(self, functions: Mapping[str, LambdaFunction], store: Application) -> None:
        self.functions = functions
        self.store = store
        authorizer = Authorizer(function=functions["authorizer"], now=store.clock.now)
        self._api = DeployedApi({area: functions[area] for area in AreaName}, authorizer)

    def request(self, method: str, path: str, *, query: str, headers: Mapping[str, str], body: bytes) -> HttpAnswer:
        """Carry a request to the function of its area, or to the store."""
        target = f"{path}?{query}" if query else path
        if path.startswith("/blobs/"):
            return carry_out(self.store.blobs, method, target, headers, body)
        answer = self._api.send(RawHttpRequest(method=method, target=target, headers=tuple(headers.items()), body=body))
        return HttpAnswer(answer.status, dict(answer.headers), answer.body)

    def code_for(self, address: str) -> str:
        """The newest code mailed to an address."""
        (sent,) = self.store.mailbox.newest(to=address, limit=1)
        found = _CODE.search(sent.mail.text)
        assert found is not None
        return found[0]

    def settle(self) -> None:
        """Make every change that is due."""
        while self.store.process_changes():
            pass


def carry_out(door: BlobDoor, method: str, target: str, headers: Mapping[str, str], body: bytes) -> HttpAnswer:
    """What Amazon S3 does with a signed request: check it, then take or give the bytes."""
    path, _, query = target.partition("?")
    raw_path, raw_query = quote(path, safe="/%").encode(), query.encode()
    if method == "GET":
        permit = door.signer.permit_download(method, raw_path, raw_query)
        with door.gateway.read(permit.key) as content:
            return HttpAnswer(200, {}, content.read())
    sent = [(name.encode(), value.encode()) for name, value in headers.items()] + [(b"content-length", str(len(body)).encode())]
    upload = door.signer.permit_upload(method, raw_path, raw_query, sent)
    writer = door.gateway.begin(upload.key, size=upload.size, sha256=upload.sha256)
    try:
        writer.write(body)
        writer.commit()
    finally:
        writer.discard()
    return HttpAnswer(200, {}, b"")
