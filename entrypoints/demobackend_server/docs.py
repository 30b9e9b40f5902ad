"""GET /docs: the API's operations and errors as plain pages that ask nobody else for anything."""

import base64
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from hashlib import sha256
from html import escape
from typing import Any

from demobackend.api.codes import CODES, Code
from demobackend.api.dispatch import Methods
from demobackend.api.openapi import document
from demobackend.api.operation import Access, Answer, AreaName, Call, Operation
from demobackend_server.blob_answers import S3_CODES

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "code{font-size:.95em;background:#f3f3f3;padding:.1em .3em;border-radius:.2em}h2{margin-top:2.5rem}"
    "details{border-top:1px solid #ddd;padding:.4rem 0}summary{cursor:pointer}"
    "td,th{text-align:left;padding:.1rem 1rem .1rem 0;vertical-align:top}"
)
_STYLE_HASH = base64.b64encode(sha256(_STYLE.encode()).digest()).decode()
_HEADERS = (
    ("content-type", "text/html; charset=utf-8"),
    ("content-security-policy", f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'"),
    ("referrer-policy", "no-referrer"),
)

type Node = Mapping[str, Any]  # of the OpenAPI document


def docs_routes() -> dict[str, Methods]:
    """The pages' routes. Dispatch completes and logs their answers; the server puts `PAGES` in."""
    return {path: {"GET": _operation(path)} for path in PAGES}


def _operation(path: str) -> Operation[object]:
    def run(_: object, __: Call) -> Answer:
        return Answer(headers=_HEADERS)

    return Operation(
        name=path, method="GET", path=path, area=AreaName.SERVICE, access=Access.PUBLIC, summary="A page", run=run, documented=False
    )


@cache
def operations_page() -> bytes:
    """Every operation with its parameters, body and answers."""
    contract: Any = document()
    paths: Mapping[str, Mapping[str, Node]] = contract["paths"]
    parts = ['<p><a href="/v1/openapi.json">OpenAPI 3.1</a> · <a href="/docs/errors">Errors</a></p>']
    for area in contract["tags"]:
        parts.append(f"<h2>{escape(area['name'])}</h2>")
        for path, methods in paths.items():
            parts += [_shown(method, path, node) for method, node in methods.items() if area["name"] in node["tags"]]
    return _page(f"{contract['info']['title']} API {contract['info']['version']}", parts)


@cache
def errors_page() -> bytes:
    """Every code that a problem can bear, and those words of S3's that the byte store answers with."""
    problems = ["<p>A code of 422 may stand in a problem's <code>errors</code>, beside a pointer to the field.</p>", _table(CODES)]
    store = ["<h2>The byte store</h2><p>Signed uploads and downloads are refused in Amazon S3's words.</p>", _table(S3_CODES.values())]
    return _page("Errors", [*problems, *store])


def _table(codes: Iterable[Code]) -> str:
    rows = "".join(
        f'<tr id="{escape(word)}"><td><code>{escape(word)}</code></td><td>{status}</td><td>{escape(meaning)}</td></tr>'
        for word, status, meaning in codes
    )
    return f"<table><tr><th>code</th><th>status</th><th>meaning</th></tr>{rows}</table>"


PAGES: Mapping[str, Callable[[], bytes]] = {"/docs": operations_page, "/docs/errors": errors_page}


def _shown(method: str, path: str, node: Node) -> str:
    lock = "signed-in callers" if node["security"] else "anyone"
    rows = [(given["name"], f"{given['in']}, required" if given.get("required") else given["in"]) for given in node["parameters"]]
    if "requestBody" in node:
        rows.append(("body", _schema_name(node["requestBody"])))
    rows += [(status, f"{answer['description']} {_schema_name(answer)}") for status, answer in node["responses"].items()]
    table = "".join(f"<tr><td><code>{escape(name)}</code></td><td>{escape(text)}</td></tr>" for name, text in rows)
    head = f"<code>{method.upper()} {escape(path)}</code> {escape(node['summary'])}"
    return f"<details><summary>{head}</summary><p>For {lock}.</p><table>{table}</table></details>"


def _schema_name(node: Node) -> str:
    """The name of the one model that a body or an answer holds, empty without one."""
    references = [content["schema"].get("$ref", "") for content in node.get("content", {}).values()]
    return str(references[0]).rpartition("/")[2] if references else ""


def _page(title: str, parts: list[str]) -> bytes:
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    return f"{head}<h1>{escape(title)}</h1>{''.join(parts)}</html>".encode()
