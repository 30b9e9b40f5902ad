"""Writes the documents that follow from the code: `python docs/generate.py`, or `--check` to compare and change nothing."""

import ast
import json
import runpy
import sys
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from demobackend.api.codes import CODES, Code
from demobackend.api.errors import GENERIC
from demobackend.api.openapi import document
from demobackend.composition.settings import Settings, StoreSettings, technologies
from demobackend.composition.sources import PREFIX
from demobackend_server.blob_answers import S3_CODES

_SETTINGS_HEAD = """# Settings

Made by `make docs` from the code. A setting comes from the command line, then the environment, then `.env`, then `demobackend.toml`
(where a group is a table), then its default; a name that does not exist is an error with a suggestion.
"""
_TABLE = ["| setting | in the environment | default | meaning |", "|---|---|---|---|"]

DOCS = Path(__file__).parent
PORTS = DOCS.parent / "src" / "demobackend" / "ports"
_HEAD = """# Ports

Made by `make docs` from the docstrings in `src/demobackend/ports/`; a test compares them. Each port is a `typing.Protocol`: an
adapter need not inherit it. Its promises are proven by the contract in `demobackend.testing.contracts` that is named with them;
[add-an-adapter.md](add-an-adapter.md) shows how to bind one. Errors are those of `demobackend.domain.model.errors`.
"""
_PROVEN_TOGETHER = {
    "BlobWriter": "blob_gateway.BlobGatewayContract",
    "Mailbox": "mailer.MailerContract",
    "TokenIssuer": "access_tokens.AccessTokensContract",
    "TokenVerifier": "access_tokens.AccessTokensContract",
}
"""The ports whose contract is not of their own name."""

_ERRORS_HEAD = f"""# Errors

Made by `make docs` from the code. Every error is `application/problem+json` (RFC 9457); `code` is stable and `type` points here.
A 422 of `invalid_input` lists each broken rule of each field in `errors`, with an RFC 6901 `pointer` and a code of its own. Where one rule
only is broken, its code is the problem's too, except for the five that say nothing without their field:
{", ".join(f"`{word}`" for word in sorted(GENERIC))}.
"""
_STORE_HEAD = """## The byte store

Signed uploads and downloads under `/blobs` are refused as Amazon S3 would, in its words.
"""


def ports_document() -> str:
    """One heading a port, its promises, and a list of its methods with theirs."""
    sections = [_HEAD]
    for path in sorted(PORTS.glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        sections += [_section(node, path.stem) for node in tree.body if isinstance(node, ast.ClassDef) and _is_port(node)]
    return "\n".join(sections)


def _is_port(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base) == "Protocol" for base in node.bases)


def _section(port: ast.ClassDef, module: str) -> str:
    contract = _PROVEN_TOGETHER.get(port.name, f"{module}.{port.name}Contract")
    lines = [f"## {_title(port.name)}", "", f"`{port.name}`: {_prose(port)} Proven by `{contract}`.", ""]
    methods = [method for method in port.body if isinstance(method, ast.FunctionDef)]
    lines += [f"- **`{method.name}({_arguments(method)})`** {_prose(method)}" for method in methods]
    return "\n".join([*lines, ""])


def _title(name: str) -> str:
    words = "".join(f" {character}" if character.isupper() else character for character in name).split()
    return " ".join([words[0], *(word.lower() for word in words[1:])])


def _arguments(method: ast.FunctionDef) -> str:
    named = [argument.arg for argument in method.args.args if argument.arg != "self"]
    keywords = [argument.arg for argument in method.args.kwonlyargs]
    return ", ".join([*named, *(["*"] if keywords else []), *keywords])


def _prose(node: ast.ClassDef | ast.FunctionDef) -> str:
    return " ".join((ast.get_docstring(node) or "").split())


def errors_document() -> str:
    """Every code that a problem can bear, then the byte store's."""
    return "\n".join([_ERRORS_HEAD, *_codes_table(CODES), "", _STORE_HEAD, *_codes_table(S3_CODES.values()), ""])


def _codes_table(codes: Iterable[Code]) -> list[str]:
    rows = [f'| <a id="{word}"></a>`{word}` | {status} | {meaning} |' for word, status, meaning in codes]
    return ["| code | status | what it says |", "|---|---|---|", *rows]


def settings_document() -> str:
    """Every setting with its name in the environment, its default and its meaning, a heading per group of them."""
    plain, stores, sections = [], [], []
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, StoreSettings):
            stores += [_setting_row((name, inner), kind, _any_of(technologies(name))) for inner, kind in StoreSettings.model_fields.items()]
        elif isinstance(field.default, BaseModel):
            group = type(field.default)
            sections += [f"## {name}", "", " ".join((group.__doc__ or "").split()), "", *_TABLE, *_setting_rows(group, name), ""]
        else:
            plain.append(_setting_row((name,), field))
    ports = ["## Ports", "", " ".join((StoreSettings.__doc__ or "").split()), "", *_TABLE, *stores, ""]
    return "\n".join([_SETTINGS_HEAD, *_TABLE, *plain, "", *sections, *ports])


def _setting_rows(group: type[BaseModel], name: str) -> list[str]:
    return [_setting_row((name, inner), field) for inner, field in group.model_fields.items()]


def _setting_row(path: tuple[str, ...], field: FieldInfo, choices: str = "") -> str:
    default = "" if field.default is None else f"`{field.default}`"
    return f"| `{'.'.join(path)}` | `{PREFIX}{'__'.join(path).upper()}` | {default} | {choices}{field.description} |"


def _any_of(choices: tuple[str, ...]) -> str:
    *most, last = choices
    return f"{', '.join(most)} or {last}; "


def budget_document() -> str:
    """The calls of each operation, which the integration tests hold it to."""
    return str(runpy.run_path(str(DOCS.parent / "tests" / "integration" / "budget.py"))["document"]())


def documents() -> dict[Path, str]:
    """Path to content."""
    return {
        DOCS / "ports.md": ports_document(),
        DOCS / "errors.md": errors_document(),
        DOCS / "settings.md": settings_document(),
        DOCS / "call-budget.md": budget_document(),
        DOCS / "openapi.json": json.dumps(document(), indent=2, ensure_ascii=False) + "\n",
    }


def main() -> int:
    """Write the documents, or with `--check` name those that differ."""
    stale = [path for path, text in documents().items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" in sys.argv[1:]:
        sys.stderr.writelines(f"{path.relative_to(DOCS.parent)} is stale: run `make docs`\n" for path in stale)
        return 1 if stale else 0
    for path in stale:
        path.write_text(documents()[path], "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
