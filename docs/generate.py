"""Writes the documents that follow from the code: `python docs/generate.py`, or `--check` to compare and change nothing."""

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from demobackend.api.errors import kinds_by_code, status_of_kind
from demobackend.api.openapi import document
from demobackend.api.validation import SENTENCES as FIELD_SENTENCES
from demobackend.composition.settings import PREFIX, Settings, StoreSettings
from demobackend.domain.model.errors import Malformed

_SETTINGS_HEAD = """# Settings

Made by `make docs` from the code. A setting comes from the command line, then the environment, then `.env`, then `demobackend.toml`
(where a group is a table), then its default; a name that does not exist is an error with a suggestion.
"""
_TABLE = ["| setting | in the environment | default | meaning |", "|---|---|---|---|"]

DOCS = Path(__file__).parent
PORTS = DOCS.parent / "src" / "demobackend" / "ports"
_HEAD = """# Ports

Made by `make docs` from the docstrings in `src/demobackend/ports/`; a test compares them. Each port is a `typing.Protocol`: an
adapter need not inherit it. The promises below are proven by the contract of the same name in `demobackend.testing.contracts`;
[add-an-adapter.md](add-an-adapter.md) shows how to bind one. Errors are those of `demobackend.domain.model.errors`.
"""

_ERRORS_HEAD = """# Errors

Made by `make docs` from the code. Every error is `application/problem+json` (RFC 9457); `code` is stable and `type` points here.
A 422 lists each broken rule in `errors` with an RFC 6901 `pointer`; when there is one rule only, its code is the problem's too.
"""


def ports_document() -> str:
    """One heading a port, its promises, and a list of its methods with theirs."""
    sections = [_HEAD]
    for path in sorted(PORTS.glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        sections += [_section(node) for node in tree.body if isinstance(node, ast.ClassDef) and _is_port(node)]
    return "\n".join(sections)


def _is_port(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base) == "Protocol" for base in node.bases)


def _section(port: ast.ClassDef) -> str:
    lines = [f"## {_title(port.name)}", "", f"`{port.name}`: {_prose(port)}", ""]
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
    """Every code that a problem can bear, with its status and sentence."""
    rows = {code: (status_of_kind(kind), kind.sentence) for code, kind in kinds_by_code().items() if kind is not Malformed}
    rows |= {code: (422, sentence) for code, sentence in FIELD_SENTENCES.items()}
    for function, position, status in (("Malformed", 0, 400), ("at", 1, 422)):
        for code, sentence in _calls(function, position):
            rows.setdefault(code, (status, sentence))
    lines = [f'| <a id="{code}"></a>`{code}` | {status} | {sentence} |' for code, (status, sentence) in sorted(rows.items())]
    return "\n".join([_ERRORS_HEAD, "| code | status | what it says |", "|---|---|---|", *lines, ""])


def _calls(function: str, position: int) -> Iterator[tuple[str, str]]:
    """The code and sentence of every `Malformed(code, sentence)` or `InvalidInput.at(pointer, code, sentence)` in the sources."""
    for scope in _functions():
        assigned = {ast.unparse(node.targets[0]): node.value for node in ast.walk(scope) if isinstance(node, ast.Assign)}
        for node in ast.walk(scope):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == function:
                texts = [_text(assigned.get(ast.unparse(argument), argument)) for argument in node.args[position : position + 2]]
                if len(texts) == 2 and all(texts):
                    yield texts[0], texts[1]


def _functions() -> Iterator[ast.FunctionDef]:
    for path in sorted((DOCS.parent / "src" / "demobackend").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _name_in(part: ast.expr) -> str:
    return ast.unparse(part.value) if isinstance(part, ast.FormattedValue) else ""


def _text(node: ast.expr) -> str:
    """A literal's text; names inside an f-string stand for themselves."""
    match node:
        case ast.Constant(str(text)):
            return text
        case ast.JoinedStr(parts):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else _name_in(part) for part in parts)
        case _:
            return ""


def settings_document() -> str:
    """Every setting with its name in the environment, its default and its meaning, a heading per group of them."""
    plain, stores, sections = [], [], []
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, StoreSettings):
            stores += _setting_rows(type(field.default), name)
        elif isinstance(field.default, BaseModel):
            group = type(field.default)
            sections += [f"## {name}", "", " ".join((group.__doc__ or "").split()), "", *_TABLE, *_setting_rows(group, name), ""]
        else:
            plain.append(_setting_row((name,), field))
    ports = ["## Ports", "", " ".join((StoreSettings.__doc__ or "").split()), "", *_TABLE, *stores, ""]
    return "\n".join([_SETTINGS_HEAD, *_TABLE, *plain, "", *sections, *ports])


def _setting_rows(group: type[BaseModel], name: str) -> list[str]:
    return [_setting_row((name, inner), field) for inner, field in group.model_fields.items()]


def _setting_row(path: tuple[str, ...], field: FieldInfo) -> str:
    default = "" if field.default is None else f"`{field.default}`"
    return f"| `{'.'.join(path)}` | `{PREFIX}{'__'.join(path).upper()}` | {default} | {field.description} |"


def documents() -> dict[Path, str]:
    """Path to content."""
    return {
        DOCS / "ports.md": ports_document(),
        DOCS / "errors.md": errors_document(),
        DOCS / "settings.md": settings_document(),
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
