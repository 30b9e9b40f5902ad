"""ls, rm, restore."""

import sys
from collections.abc import Iterator
from typing import Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from demobackend_cli.api import Ask, Question, get, post
from demobackend_cli.file_ids import file_path
from demobackend_cli.invocation import Given
from demobackend_cli.output import print_json, print_row, print_table, say, shown, size_of
from demobackend_cli.session import signed_in
from demobackend_cli.wire import FilePage, ShownFile

_PAGE = 100  # the most that the API gives at once

FileIds = Annotated[str, Parameter(name="ID", required=True, help="The files' ids, as `put`, `ls` and `search` print them.")]

type Order = Literal["-created_at", "created_at", "name"]
type Status = Literal["pending", "available", "trashed", "quarantined"]


def ls(
    *,
    limit: Annotated[int, Parameter(name=("--limit", "-n"), validator=Number(gte=1), help="List at most so many.")] = 20,
    all: Annotated[bool, Parameter(help="List all.")] = False,
    name_prefix: Annotated[str | None, Parameter(help="Only names that begin like this.")] = None,
    tag: Annotated[str | None, Parameter(help="Only files with this tag.")] = None,
    status: Annotated[Status | None, Parameter(help="Only files of this status; else all but trashed ones.")] = None,
    order: Annotated[Order, Parameter(allow_leading_hyphen=True, help="Newest first, oldest first, or by name.")] = "-created_at",
    given: Given,
) -> None:
    """List files: a table for a person; tab-separated id, name, bytes, media type, status, time for a program."""
    conditions = {"name_prefix": name_prefix, "tag": tag, "status": status, "order": order}
    query = {name: value for name, value in conditions.items() if value is not None}
    with signed_in(given) as session:
        pages = _pages(session.ask, query, None if all else limit)
        if given.as_json:
            _print_as_json(pages)
        elif sys.stdout.isatty():
            print_table(("id", "name", "size", "status", "created"), map(_for_a_person, _files(pages)))
        else:
            for file in _files(pages):
                print_row(file["id"], file["name"], str(file["size"]), file["media_type"], file["status"], file["created_at"])


def _pages(ask: Ask, query: dict[str, str], limit: int | None) -> Iterator[FilePage]:
    """Page after page until there are `limit` files, or no more."""
    left = limit
    cursor: str | None = None
    while left is None or left > 0:
        following = {} if cursor is None else {"cursor": cursor}
        size = _PAGE if left is None else min(_PAGE, left)
        page = ask(get("/v1/files", **query, **following, limit=size)).read(FilePage)
        yield page
        left = None if left is None else left - len(page["items"])
        cursor = page["next_cursor"]
        if cursor is None:
            return
    say("There are more; --all lists them.")


def _files(pages: Iterator[FilePage]) -> Iterator[ShownFile]:
    return (file for page in pages for file in page["items"])


def _print_as_json(pages: Iterator[FilePage]) -> None:
    """All pages as one."""
    files: list[ShownFile] = []
    cursor: str | None = None
    for page in pages:
        files += page["items"]
        cursor = page["next_cursor"]
    print_json({"items": files, "next_cursor": cursor})


def _for_a_person(file: ShownFile) -> tuple[str, ...]:
    created = file["created_at"][:16].replace("T", " ")
    return file["id"], file["name"], size_of(file["size"]), file["status"], f"{created} UTC"


def rm(*file_ids: FileIds, given: Given) -> None:
    """Put files into the trash. `demobackend restore` takes them out again."""
    paths = list(map(file_path, file_ids))  # all are looked at before the first is asked for
    with signed_in(given) as session:
        for path in paths:
            etag = session.ask(get(path)).headers.get("etag", "*")
            answer = session.ask(Question(method="DELETE", path=path, headers={"If-Match": etag}))
            if given.as_json:
                print_json(answer.json())
            file = answer.read(ShownFile)
            say(f"{shown(file['name'])} is in the trash. Take it out with: demobackend restore {file['id']}")


def restore(*file_ids: FileIds, given: Given) -> None:
    """Take files out of the trash."""
    paths = list(map(file_path, file_ids))  # all are looked at before the first is asked for
    with signed_in(given) as session:
        for path in paths:
            answer = session.ask(post(f"{path}/restore").repeatable())
            if given.as_json:
                print_json(answer.json())
            say(f"{shown(answer.read(ShownFile)['name'])} is out of the trash.")
