"""Imports the server once, then forks one for every line on stdin, which names its data directory: a restart costs milliseconds.

Each fork serves on a free port and prints its ready line; it is stopped by its own pid. Run as a script by the test beside it.
"""

import importlib
import os
import signal
import sys

LOADED = (
    "demobackend.adapters.argon2.password_hasher",
    "demobackend.adapters.extraction.text_extractor",
    "demobackend.adapters.filesystem.blob_store",
    "demobackend.adapters.filesystem.mailer",
    "demobackend.adapters.filesystem.probe",
    "demobackend.adapters.filesystem.secrets",
    "demobackend.adapters.filesystem.signing_keys",
    "demobackend.adapters.jwt.token_issuer",
    "demobackend.adapters.jwt.token_verifier",
    "demobackend.adapters.sqlite.search_index",
    "demobackend.composition.build",
    "demobackend_server.serve",
)


def main() -> None:
    """Fork until stdin ends."""
    for name in LOADED:
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the killed
    for line in sys.stdin:
        if os.fork() == 0:
            try:
                os._exit(_serve(line.strip()))
            finally:  # never back into the loop
                os._exit(1)


def _serve(folder: str) -> int:
    from demobackend.composition.settings import load_settings
    from demobackend_server.serve import serve

    settings = load_settings(profile="local", data=folder, log_level="ERROR", limits={"caller_calls": 100_000, "public_calls": 100_000})
    return serve(settings, host="127.0.0.1", port=0, json_ready=True)


if __name__ == "__main__":
    main()
