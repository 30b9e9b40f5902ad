"""A stack as the CDK writes it, and short ways to look things up in it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aws_cdk.assertions import Template

from app import make_app
from demobackend_infra.stack import DemoBackend

SENDER = "no-reply@mail.example.org"


@dataclass(frozen=True, slots=True)
class Synthesized:
    """The stack, its template's file, and the template as plain JSON."""

    stack: DemoBackend
    file: Path
    template: dict[str, Any]

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """The properties of each resource of a type, by logical name."""
        resources = self.template["Resources"].items()
        return {name: resource.get("Properties", {}) for name, resource in resources if resource["Type"] == kind}

    def only(self, kind: str, *, named: str = "") -> dict[str, Any]:
        """The properties of the only resource of a type whose logical name begins so."""
        (found,) = (properties for name, properties in self.of_type(kind).items() if name.startswith(named))
        return found

    def name_of(self, kind: str, *, named: str) -> str:
        """The logical name of the only resource of a type that begins so."""
        (found,) = (name for name in self.of_type(kind) if name.startswith(named))
        return found

    @property
    def assertions(self) -> Template:
        """The CDK's own assertions on it."""
        return Template.from_json(self.template)


def synthesize(out: Path, **context: object) -> Synthesized:
    """Write the stack to `out`; cdk-nag raises for what is not acknowledged."""
    app, stack = make_app({"mail_from": SENDER, **context}, out=str(out))
    app.synth()
    file = out / f"{stack.stack_name}.template.json"
    return Synthesized(stack, file, json.loads(file.read_text()))


def statements(policy: dict[str, Any]) -> list[dict[str, Any]]:
    """The statements of a policy document, each with its actions and resources as lists."""
    return [
        {**statement, **{key: _listed(statement[key]) for key in ("Action", "Resource") if key in statement}}
        for statement in policy["Statement"]
    ]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
