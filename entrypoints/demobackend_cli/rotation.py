"""rotate-keys: new keys for what the server signs."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from demobackend_cli.invocation import Given
from demobackend_cli.output import print_json, say
from demobackend_cli.settings import at_the_stores, settings_from


def rotate_keys(
    *,
    data: Annotated[Path | None, Parameter(help="The data directory.  [default: ./.demobackend]")] = None,
    given: Given,
) -> None:
    """Sign cursors, refresh tokens and the addresses of bytes with new keys from now on, while the server may go on running.

    One rotation signs nobody out and breaks no link: what the keys before signed still holds. The next rotation makes it invalid, so a
    second one within 30 days signs out everybody who has not come back since the first. Keys of access tokens rotate by themselves.
    """
    from demobackend.composition.rotation import rotate_keys as make_anew

    settings = settings_from(data=data)
    with at_the_stores():
        rotated = make_anew(settings)
    if given.as_json:
        print_json({"rotated": [purpose.value for purpose in rotated]})
    say("The keys are new. What the ones before signed holds until the next rotation.")
