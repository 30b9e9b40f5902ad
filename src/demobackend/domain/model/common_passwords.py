"""The bundled list of passwords that everybody tries first."""

from functools import cache
from importlib.resources import files


def is_common(password: str) -> bool:
    """Whether the password, in any case, is on the list. Read once, when first asked."""
    return password.casefold() in _listed()


@cache
def _listed() -> frozenset[str]:
    text = files("demobackend.domain.model").joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
