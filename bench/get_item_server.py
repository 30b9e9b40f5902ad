"""Answers every request as DynamoDB answers GetItem, with the body given on standard input; prints its port. Run as a script.

DynamoDB Local would do as well, but a Java machine beside the process that is measured takes its caches and its core.
"""

import socket
import sys
from threading import Thread
from zlib import crc32


def serve(connection: socket.socket, answer: bytes) -> None:
    """Answer for as long as the other side asks."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    received = b""
    while more := connection.recv(65_536):
        received += more
        head, end, body = received.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
        if end and len(body) >= int(length):
            received = b""
            connection.sendall(answer)


def main() -> None:
    """Serve until the process is ended."""
    body = sys.stdin.buffer.read()
    head = (
        "HTTP/1.1 200 OK",
        "Server: Server",
        "Date: Mon, 23 Nov 2026 12:00:00 GMT",
        "Content-Type: application/x-amz-json-1.0",
        f"Content-Length: {len(body)}",
        "Connection: keep-alive",
        "x-amzn-RequestId: 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGHIJ",
        f"x-amz-crc32: {crc32(body)}",
    )
    answer = "\r\n".join(head).encode() + b"\r\n\r\n" + body
    server = socket.create_server(("127.0.0.1", 0))
    print(server.getsockname()[1], flush=True)
    while True:
        Thread(target=serve, args=(server.accept()[0], answer), daemon=True).start()


if __name__ == "__main__":
    main()
