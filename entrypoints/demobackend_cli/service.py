"""openapi and version."""

import json

from demobackend.composition.own_version import own_version
from demobackend_cli.invocation import Given
from demobackend_cli.output import print_json


def version(*, given: Given) -> None:
    """Show the version of this command, and with --api the server's."""
    versions = {"version": own_version()}
    if given.api is not None:
        from demobackend_cli.api import Api, get
        from demobackend_cli.wire import ServerVersion

        with Api(given.origin, verbose=given.verbose) as api:
            server = api.ask(get("/version")).read(ServerVersion)
        versions |= {"server": server["version"], "contract": server["contract"]}
    if given.as_json:
        print_json(versions)
        return
    print(f"demobackend {versions['version']}")
    if given.api is not None:
        print(f"server {versions['server']} (contract {versions['contract']}) at {given.origin.url}")


def openapi(*, given: Given) -> None:
    """Print the API's OpenAPI document, with --api as the server has it."""
    if given.api is None:
        from demobackend.api.openapi import document

        print(json.dumps(document(), indent=2, ensure_ascii=False))
        return
    from demobackend_cli.api import Api, get

    with Api(given.origin, verbose=given.verbose) as api:
        print(json.dumps(api.ask(get("/v1/openapi.json")).json(), indent=2, ensure_ascii=False))
