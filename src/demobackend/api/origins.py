"""Origins as browsers send them, the only form in which one can be compared with another."""

import re
from urllib.parse import urlsplit

_HOST = re.compile(r"[a-z0-9.-]+|\[[0-9a-f:]+\]")
_OWN_PORTS = {"http": 80, "https": 443}


def is_origin(text: str) -> bool:
    """Whether a page's browser may name itself so in `Origin`: scheme, host in lower case and ASCII, the port unless it is the
    scheme's own, and nothing else. Source: RFC 6454, sections 6.2 and 7."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    host, _, _ = parts.netloc.partition(f":{port}") if port is not None else (parts.netloc, "", "")
    if parts.scheme not in _OWN_PORTS or port == _OWN_PORTS[parts.scheme] or _HOST.fullmatch(host) is None:
        return False
    return text == f"{parts.scheme}://{host}" + ("" if port is None else f":{port}")
