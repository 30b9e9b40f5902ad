"""Documents that follow from the code do follow from it, and every promise names its errors."""

import ast
import importlib
import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from demobackend.api.openapi import document
from demobackend.testing import contracts

ROOT = Path(__file__).parents[2]
PORTS = sorted((ROOT / "src/demobackend/ports").glob("[a-z]*.py"))


def protocols(path: Path) -> list[ast.ClassDef]:
    tree = ast.parse(path.read_text("utf-8"))
    return [node for node in tree.body if isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "Protocol" for base in node.bases)]


def methods() -> list[tuple[str, ast.FunctionDef]]:
    return [
        (f"{port.name}.{method.name}", method)
        for path in PORTS
        for port in protocols(path)
        for method in port.body
        if isinstance(method, ast.FunctionDef) and not method.decorator_list
    ]


def error_names() -> set[str]:
    tree = ast.parse((ROOT / "src/demobackend/domain/model/errors.py").read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.ClassDef)}


def test_the_committed_openapi_document_is_the_one_that_is_served() -> None:
    assert json.loads((ROOT / "docs/openapi.json").read_text("utf-8")) == document()


def test_the_ports_page_says_what_the_docstrings_say() -> None:
    page = (ROOT / "docs/ports.md").read_text("utf-8")
    said = " ".join(page.split())
    for _, method in methods():
        assert " ".join((ast.get_docstring(method) or "").split()) in said


@pytest.mark.parametrize("port", [port for path in PORTS for port in protocols(path)], ids=lambda port: port.name)
def test_the_contract_that_is_said_to_prove_a_port_uses_all_of_it(port: ast.ClassDef) -> None:
    page = (ROOT / "docs/ports.md").read_text("utf-8")
    ((module, name),) = re.findall(rf"^`{port.name}`: .* Proven by `([a-z_]+)\.([A-Za-z]+)`\.$", page, flags=re.MULTILINE)
    contract = getattr(importlib.import_module(f"{contracts.__name__}.{module}"), name)
    modules = {sys.modules[kind.__module__] for kind in contract.__mro__ if kind.__module__.startswith(contracts.__name__)}
    used = {node.attr for module in modules for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.Attribute)}
    assert {member.name for member in port.body if isinstance(member, ast.FunctionDef)} - used == set()


@pytest.mark.parametrize(("name", "method"), methods(), ids=[name for name, _ in methods()])
def test_every_method_of_a_port_names_its_errors(name: str, method: ast.FunctionDef) -> None:
    text = ast.get_docstring(method) or ""
    match = re.search(r"Raises (nothing|(?:[^.]*`[A-Za-z]+`)+|what)", text)
    assert match, f"{name} does not say what it raises"
    named = set(re.findall(r"`([A-Z][A-Za-z]+)`", text)) - {"FILE_CHANGED", "BYTES_ARRIVED"}
    unknown = {error for error in named if error.endswith(("Exists", "Found", "Conflict", "Unavailable", "Malformed"))} - error_names()
    assert not unknown


def test_each_port_file_holds_one_port_or_a_port_and_what_it_hands_out() -> None:
    counts = {path.name: len(protocols(path)) for path in PORTS}
    assert {name: count for name, count in counts.items() if count != 1} == {"blob_gateway.py": 2}


def test_no_generated_document_is_stale() -> None:
    done = subprocess.run([sys.executable, ROOT / "docs/generate.py", "--check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_settings_page_names_every_technology_that_may_be_chosen() -> None:
    page = (ROOT / "docs/settings.md").read_text("utf-8")
    [row] = re.findall(r"^\| `blobs\.kind` .*$", page, flags=re.MULTILINE)
    assert row.endswith("| memory, filesystem or s3; none takes the profile's. |")
    [row] = re.findall(r"^\| `identity\.kind` .*$", page, flags=re.MULTILINE)
    assert row.endswith("| own or cognito; none takes the profile's. |")
