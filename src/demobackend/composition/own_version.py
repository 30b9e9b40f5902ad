"""Which version this is; imports nothing else, so that asking for it is quick."""

from importlib.metadata import PackageNotFoundError, version


def own_version() -> str:
    """The installed package's version, `0` in a tree that is not installed."""
    try:
        return version("demobackend")
    except PackageNotFoundError:
        return "0"
