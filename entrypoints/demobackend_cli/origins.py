"""Which server a command talks to."""

import ipaddress
import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from demobackend_cli.stops import WrongUsage

DEFAULT = "http://127.0.0.1:8787"
VARIABLE = "DEMOBACKEND_API"


@dataclass(frozen=True, slots=True)
class Origin:
    """A server's address without a slash at its end: `https://api.example.test`, with a path where the API has one."""

    url: str
    is_loopback: bool


def origin_from(given: str | None) -> Origin:
    """The origin given, else the environment's, else our own default. Raises `WrongUsage`."""
    text = given or os.environ.get(VARIABLE) or DEFAULT
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _no_origin(text) from None
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None or parts.query or parts.fragment:
        raise _no_origin(text)
    shown = f"[{host}]" if ":" in host else host
    place = shown if port is None else f"{shown}:{port}"
    return Origin(f"{parts.scheme}://{place}{parts.path.rstrip('/')}", _is_loopback(host))


def _no_origin(text: str) -> WrongUsage:
    return WrongUsage(f"{text} is not the address of a server", hint=f"An address looks like {DEFAULT}.")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
