"""File ids as people type them."""

import re

from demobackend_cli.output import shown
from demobackend_cli.stops import NotThere

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def file_path(file_id: str) -> str:
    """The API's path of a file. Raises `NotThere` for what can be no id, which the server would answer too."""
    if _UUID.fullmatch(file_id) is None:
        raise NotThere(f"{shown(file_id)} is no file's id", hint="`demobackend ls` shows the ids.")
    return f"/v1/files/{file_id}"
