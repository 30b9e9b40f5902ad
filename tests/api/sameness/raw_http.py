"""Raw requests on a socket, byte by byte as they are written down."""

import socket
from http.client import HTTPResponse

from demobackend.testing.gateway import RawHttpAnswer, RawHttpRequest

PATIENCE = 20.0  # seconds
_WITH_BODY = frozenset({"PATCH", "POST", "PUT"})


def sent(address: tuple[str, int], request: RawHttpRequest, *, patience: float = PATIENCE) -> RawHttpAnswer:
    """Write the request's own bytes to a connection of its own, and read the answer; `patience` in seconds."""
    lines = [f"{request.method} {request.target} HTTP/1.1", "Host: api.example.test"]
    lines.extend(f"{name}: {value}" for name, value in request.headers)
    if request.body or request.method in _WITH_BODY:
        lines.append(f"Content-Length: {len(request.body)}")
    head = "\r\n".join([*lines, "", ""]).encode("latin-1")
    with socket.create_connection(address, timeout=patience) as connection:
        connection.sendall(head + request.body)
        response = HTTPResponse(connection, method=request.method)
        response.begin()
        headers = tuple((name.lower(), value) for name, value in response.getheaders())
        return RawHttpAnswer(status=response.status, headers=headers, body=response.read())
