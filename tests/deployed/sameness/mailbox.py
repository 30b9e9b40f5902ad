"""Where a profile's codes are read."""

import json
import re
from urllib.parse import quote

from demobackend.testing.wire import HttpRequest, send_over_http

EMULATED_CODE = "123456"
"""Every code of ministack's Cognito."""
_CODE = re.compile(r"\b[0-9]{6}\b")


def newest_code(url: str, email: str) -> str:
    """The code in the newest mail that a server on this machine kept for an address."""
    answer = send_over_http(HttpRequest("GET", f"{url}/dev/mailbox?to={quote(email)}&limit=1"))
    (mail,) = json.loads(answer.body)["items"]
    found = _CODE.search(mail["text"])
    assert found is not None, mail
    return found[0]
