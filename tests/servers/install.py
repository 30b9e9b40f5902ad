"""`python -m tests.servers.install`: installs the real servers that tests run against, those that are not there yet."""

import sys
import time

from tests.servers import dynamodb_local, ministack, opensearch, versitygw
from tests.servers.installation import CannotInstall, Installation

_INSTALLATIONS = [server.INSTALLATION for server in (versitygw, dynamodb_local, opensearch, ministack)]


def main() -> None:
    """Install all that can be installed; the exit status says whether all are there then."""
    failures = [failure for installation in _INSTALLATIONS if (failure := _install(installation))]
    sys.exit("\n".join(failures) or 0)


def _install(installation: Installation) -> str | None:
    """Install one and say so, or return why that failed."""
    begun = time.monotonic()
    label = f"{installation.name} {installation.version}"
    if installation.is_there():
        sys.stdout.write(f"{label} is there already\n")
        return None
    try:
        installation.make()
    except CannotInstall as error:
        return f"{label} is not installed: {error}"
    sys.stdout.write(f"{label} installed in {time.monotonic() - begun:.0f} s\n")
    return None


if __name__ == "__main__":
    main()
