"""Puts the CDK's output into the emulator: packages, stack, what comes after a deployment."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from boto3.session import Session
from botocore.config import Config

from demobackend_local.template import Template, localised

ACCOUNT, REGION = "000000000000", "us-east-1"
_BOOTSTRAP = "/cdk-bootstrap/hnb659fds/version"
_TEMPLATES = "templates"
_SHOWN_EVENTS = 10
_PATIENT = Config(
    connect_timeout=5,
    read_timeout=180,  # a function's first call on a busy machine
    retries={"mode": "standard", "total_max_attempts": 1},
    signature_version="s3v4",
    s3={"addressing_style": "path"},
)


class NotDeployed(Exception):
    """The emulator refused the stack, or what comes after it. The message says why."""


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running ministack, reached with a session's keys."""

    session: Session
    endpoint: str
    _clients: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def client(self, service: str) -> Any:  # boto3 makes its classes at run time
        """The client of a service."""
        if service not in self._clients:
            config = _PATIENT if service == "s3" else _PATIENT.merge(Config(signature_version=None))
            self._clients[service] = self.session.client(service, endpoint_url=self.endpoint, config=config)
        return self._clients[service]


@dataclass(frozen=True, slots=True)
class Deployment:
    """A stack that stands. `api_url` needs no Host header; `outputs` are the stack's own."""

    api_url: str
    outputs: Mapping[str, str]


def deploy(emulator: Emulator, assembly: Path, *, search_url: str, sender: str, arrival_seconds: int | None = None) -> Deployment:
    """Deploy the one stack of `assembly`, the CDK's output, and prepare the search index. Raises `NotDeployed`.

    `sender` is the mail identity that the stack was written for; `arrival_seconds` as in `localised`.
    """
    stack = _stack_of(assembly)
    emulator.client("sesv2").create_email_identity(EmailIdentity=sender)
    _upload_packages(emulator.client("s3"), assembly, stack)
    emulator.client("ssm").put_parameter(Name=_BOOTSTRAP, Value="30", Type="String", Overwrite=True)
    template = json.loads((assembly / f"{stack}.template.json").read_text())
    local = localised(template, endpoint=emulator.endpoint, search_url=search_url, arrival_seconds=arrival_seconds)
    uploaded = _upload_template(emulator.client("s3"), local)
    outputs = _create(emulator.client("cloudformation"), stack, f"{emulator.endpoint}/{uploaded}")
    _prepare(emulator.client("lambda"), outputs["PrepareFunction"])
    return Deployment(_api_url(emulator.endpoint, outputs["ApiUrl"]), outputs)


def _stack_of(assembly: Path) -> str:
    (template,) = assembly.glob("*.template.json")
    return template.name.removesuffix(".template.json")


def _upload_packages(s3: Any, assembly: Path, stack: str) -> None:
    """Put every asset where the template looks for it."""
    files = json.loads((assembly / f"{stack}.assets.json").read_text())["files"].values()
    places = [(file["source"]["path"], place) for file in files for place in file["destinations"].values()]
    for bucket in {_resolved(place["bucketName"]) for _, place in places}:
        s3.create_bucket(Bucket=bucket)
    for path, place in places:
        s3.put_object(Bucket=_resolved(place["bucketName"]), Key=place["objectKey"], Body=(assembly / path).read_bytes())


def _upload_template(s3: Any, template: Template) -> str:
    """Where it lies then, as bucket and key: CloudFormation takes 51,200 bytes in a call, and this has more."""
    s3.create_bucket(Bucket=_TEMPLATES)
    s3.put_object(Bucket=_TEMPLATES, Key="template.json", Body=json.dumps(template).encode())
    return f"{_TEMPLATES}/template.json"


def _resolved(text: str) -> str:
    return text.replace("${AWS::AccountId}", ACCOUNT).replace("${AWS::Region}", REGION)


def _create(cloudformation: Any, stack: str, template_url: str) -> dict[str, str]:
    cloudformation.create_stack(StackName=stack, TemplateURL=template_url, Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"])
    (made,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    if made["StackStatus"] != "CREATE_COMPLETE":
        raise NotDeployed(f"{stack}: {made['StackStatus']}\n{_reasons(cloudformation, stack)}")
    return {output["OutputKey"]: output["OutputValue"] for output in made["Outputs"]}


def _reasons(cloudformation: Any, stack: str) -> str:
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    told = [f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}" for event in events if event.get("ResourceStatusReason")]
    return "\n".join(told[:_SHOWN_EVENTS])


def _prepare(lambda_: Any, function: str) -> None:
    answer = lambda_.invoke(FunctionName=function, Payload=b"{}")
    if "FunctionError" in answer:
        raise NotDeployed(f"prepare failed: {answer['Payload'].read().decode()}")


def _api_url(endpoint: str, api_url: str) -> str:
    """The address under which the emulator serves the API without a Host header."""
    host, _, stage = api_url.removeprefix("https://").partition("/")
    return f"{endpoint}/_aws/execute-api/{host.partition('.')[0]}/{stage}"
