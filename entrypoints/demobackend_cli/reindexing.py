"""reindex: the search index, built anew."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from demobackend_cli.invocation import Given
from demobackend_cli.output import print_json, say
from demobackend_cli.progress import bar
from demobackend_cli.settings import at_the_stores, settings_from


def reindex(
    *,
    data: Annotated[Path | None, Parameter(help="The data directory.  [default: ./.demobackend]")] = None,
    profile: Annotated[Literal["local", "aws"] | None, Parameter(help="aws works on the account.  [default: local]")] = None,
    read_again: Annotated[bool, Parameter(help="Read every file's text from its bytes, also where the index holds it.")] = False,
    given: Given,
) -> int:
    """Build the search index anew from the catalogue and the stored files, while servers go on running.

    Until it is done, searches find what they found before. The exit status is 1 when a file could not be indexed.
    """
    from demobackend.composition.reindex import reindex as build_anew

    settings = settings_from(data=data, profile=profile)
    with at_the_stores(hint="Searches find what they found before."), bar("indexing", None) as on_read:
        rebuilt = build_anew(settings, read_again=read_again, on_read=on_read)
    if given.as_json:
        print_json({"files": rebuilt.files, "refused": list(rebuilt.refused)})
    for file_id in rebuilt.refused:
        say(f"error: the file {file_id} could not be read or indexed; searches do not find it")
    say(f"The index holds {rebuilt.files} file{'' if rebuilt.files == 1 else 's'}.")
    return 1 if rebuilt.refused else 0
