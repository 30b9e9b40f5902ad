"""botocore's data, reduced to what is read at run time: a third less time for a client to be made.

Left out are other services, what is written for people, and examples. Source: botocore's loaders and `EndpointResolver`, which
falls back to a partition's defaults for a service that it does not list.
"""

import gzip
import json
import shutil
from pathlib import Path

type _Node = dict[str, "_Node"] | list["_Node"] | str | int | float | bool | None

_ENDPOINT_NAMES = {"sesv2": "email"}  # where the endpoints know a service by another name
_READ = "clientContextParams"  # the one place whose documentation every call of a client reads


def trim(data: Path, services: frozenset[str]) -> None:
    """Keep the models of these services, without their documentation."""
    for folder in (path for path in data.iterdir() if path.is_dir()):
        if folder.name not in services:
            shutil.rmtree(folder)
    for packed in data.glob("*/*/service-2.json.gz"):
        model = json.loads(gzip.decompress(packed.read_bytes()))
        _write(packed.with_suffix(""), _undocumented(model))
        packed.unlink()
    endpoints = data / "endpoints.json"
    _write(endpoints, _only(json.loads(endpoints.read_bytes()), {_ENDPOINT_NAMES.get(name, name) for name in services}))


def _undocumented(node: _Node) -> _Node:
    """Documentation is text; a member of a shape that happens to be called so is an object, and stays."""
    if isinstance(node, dict):
        kept = {name: value for name, value in node.items() if name != "documentation" or not isinstance(value, str)}
        return {name: value if name == _READ else _undocumented(value) for name, value in kept.items()}
    return [_undocumented(value) for value in node] if isinstance(node, list) else node


def _only(endpoints: dict[str, list[dict[str, dict[str, _Node]]]], names: set[str]) -> dict[str, list[dict[str, dict[str, _Node]]]]:
    for partition in endpoints["partitions"]:
        partition["services"] = {name: value for name, value in partition["services"].items() if name in names}
    return endpoints


def _write(path: Path, document: object) -> None:
    path.write_text(json.dumps(document, separators=(",", ":")), encoding="utf-8")
