"""The functions: one for each area of the API, one for each kind of event."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aws_cdk import Annotations, Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from demobackend_infra.choices import Architecture, Choices
from demobackend_infra.logs import log_group
from demobackend_infra.policies import Arns, role_of
from demobackend_infra.queues import ARRIVAL_SECONDS

ROOT = Path(__file__).parents[2]
API_SECONDS = 29
"""The longest that API Gateway waits."""
_ARCHITECTURES = {Architecture.ARM64: lambda_.Architecture.ARM_64, Architecture.X86_64: lambda_.Architecture.X86_64}


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Memory in MiB, which brings processor time in proportion, and how many seconds a call may take."""

    memory: int
    seconds: int = API_SECONDS


SIZES: Mapping[str, Size] = {
    "files": Size(memory=1024),
    "users": Size(memory=1024),
    "search": Size(memory=1024),
    "service": Size(memory=512),
    "authorizer": Size(memory=1024, seconds=10),
    "file_events": Size(memory=512, seconds=ARRIVAL_SECONDS),
    # These two read documents, in a process of its own that may take 1 GiB and 20 seconds for each.
    "change_events": Size(memory=2048, seconds=300),
    "schedule": Size(memory=2048, seconds=600),
    "prepare": Size(memory=512, seconds=120),
}


class Functions(Construct):
    """All functions have the same settings: what a function reaches, its role decides."""

    def __init__(
        self, scope: Construct, name: str, *, choices: Choices, environment: Mapping[str, str], arns: Arns, log_key: kms.IKey
    ) -> None:
        super().__init__(scope, name)
        self._choices = choices
        self._environment = environment
        self._arns = arns
        self._log_key = log_key
        self.by_name = {function: self._function(function, size) for function, size in SIZES.items()}

    def _function(self, name: str, size: Size) -> lambda_.Function:
        place = Construct(self, name)
        log = log_group(place, "Log", self._log_key)
        role = role_of(place, name, arns=self._arns, log=log)
        return lambda_.Function(
            place,
            "Function",
            description=f"DemoBackend, {self._choices.stage}: {name}",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=_ARCHITECTURES[self._choices.architecture],
            handler=f"demobackend_lambda.{name}.handler",
            code=lambda_.Code.from_asset(str(self._package(place, name))),
            memory_size=size.memory,
            timeout=Duration.seconds(size.seconds),
            environment=dict(self._environment),
            log_group=log,
            role=_complete(role),
        )

    def _package(self, place: Construct, name: str) -> Path:
        package = ROOT / self._choices.packages / self._choices.architecture / f"{name}.zip"
        if package.exists():
            return package
        Annotations.of(place).add_warning_v2("demobackend:NoPackage", f"{package} is not there: `make package`. A placeholder stands in.")
        return _placeholder(name)


def _complete(role: iam.Role) -> iam.IRole:
    """The role, closed to what the CDK would add by itself."""
    return role.without_policy_updates()


def _placeholder(name: str) -> Path:
    """A package that says what it is; the same bytes each time."""
    path = ROOT / "build/infra/placeholders" / f"{name}.zip"
    code = f'def handler(event, context):\n    raise RuntimeError("{name} was deployed without its package")\n'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for inside, text in (("demobackend_lambda/__init__.py", ""), (f"demobackend_lambda/{name}.py", code)):
            archive.writestr(zipfile.ZipInfo(inside), text)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed.getvalue())
    return path
