"""The table of codes holds each code that the sources can answer with, and none that they cannot."""

import ast
from collections.abc import Iterator
from pathlib import Path

from demobackend.api.codes import CODES
from demobackend.api.validation import SENTENCES
from demobackend.domain.model import errors

ROOT = Path(__file__).parents[2]
SOURCES = [
    path for root in ("src/demobackend", "entrypoints") for path in sorted((ROOT / root).rglob("*.py")) if "testing" not in path.parts
]
WORDS = {code.word for code in CODES}
# Where a call of this name has the code among its arguments.
POSITIONS = {"Malformed": 0, "at": 1, "Violation": 1}


def text_of(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def in_call(call: ast.Call) -> Iterator[str]:
    """The literal codes among a call's arguments."""
    position = POSITIONS.get(ast.unparse(call.func).rpartition(".")[2])
    if position is not None and len(call.args) > position:
        yield text_of(call.args[position])
    yield from (text_of(keyword.value) for keyword in call.keywords if keyword.arg == "code")


def in_class(node: ast.ClassDef) -> Iterator[str]:
    """The code that a class of errors gives itself."""
    for line in node.body:
        if isinstance(line, ast.Assign | ast.AnnAssign) and "code" in ast.unparse(line).partition("=")[0].partition(":")[0].split():
            yield text_of(line.value)


def raised() -> dict[str, str]:
    """Each code in the sources, and where it is."""
    found: dict[str, str] = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                found |= dict.fromkeys(in_call(node), path.name)
            elif isinstance(node, ast.ClassDef) and any(
                "Error" in ast.unparse(base) or hasattr(errors, ast.unparse(base)) for base in node.bases
            ):
                found |= dict.fromkeys(in_class(node), path.name)
    return {word: where for word, where in found.items() if word}


def test_every_code_that_is_raised_is_in_the_table() -> None:
    known = WORDS | {errors.DomainError.code}
    assert {word: where for word, where in raised().items() if word not in known} == {}


def test_every_code_of_the_table_is_raised() -> None:
    assert WORDS - raised().keys() - SENTENCES.keys() == set()


def test_a_code_stands_in_the_table_once() -> None:
    assert len(CODES) == len(WORDS)


def test_no_meaning_holds_the_name_of_a_constant() -> None:
    assert [code.meaning for code in CODES if "_" in code.meaning or "{" in code.meaning] == []
