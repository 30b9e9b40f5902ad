"""Deploys the stack on this machine and prints the API's address: `deploy_local.py start`; `deploy_local.py stop` ends it.

Needs the packages for this machine's processor (`make package`). Mails, with the codes in them, are at /_ministack/ses/messages.
Choices of the CDK app may follow: `deploy_local.py start cors_origins=http://localhost:3000`.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from boto3.session import Session

from demobackend_infra.permissions import PERMISSIONS
from demobackend_local import servers
from demobackend_local.deployment import Deployment, Emulator, NotDeployed, deploy
from demobackend_local.servers import ROOT, ServersFailed

_SENDER = "no-reply@demobackend.test"
_ARCHITECTURES = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}
_SYNTH_SECONDS = 180


class NoTemplate(Exception):
    """The CDK app failed, or packages are missing. The message says how to go on."""


def main(arguments: list[str]) -> int:
    """Start or stop; the exit status says whether that worked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--state", type=Path, default=ROOT / ".deploy-local", help="the folder of all that a deployment writes")
    commands = parser.add_subparsers(required=True, dest="command")
    starting = commands.add_parser("start", help="deploy anew and print the API's address")
    starting.add_argument(
        "--arrival-seconds", type=int, help="hold messages about arrived bytes back for so long; 900 by default, as on AWS"
    )
    starting.add_argument("choices", nargs="*", metavar="CHOICE=VALUE", help="what the deployment chooses; docs/deploy.md lists it")
    commands.add_parser("stop", help="end what start began")
    given = parser.parse_args(arguments)
    if given.command == "stop":
        print("stopped" if servers.stop(given.state) else "nothing was running")
        return 0
    try:
        print(start(given.state, given.choices, given.arrival_seconds).api_url)
    except (NoTemplate, ServersFailed, NotDeployed) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def start(state: Path, choices: Sequence[str], arrival_seconds: int | None) -> Deployment:
    """Write the template, start the servers, deploy. Raises `NoTemplate`, `ServersFailed`, `NotDeployed`."""
    assembly = state.resolve() / "assembly"
    _synthesize(assembly, choices)
    addresses = servers.start(state)
    session = Session(aws_access_key_id=addresses.access_key, aws_secret_access_key=addresses.secret_key, region_name=addresses.region)
    emulator = Emulator(session, addresses.aws)
    deployment = deploy(emulator, assembly, search_url=addresses.search, sender=_SENDER, arrival_seconds=arrival_seconds)
    (state / "deployment.json").write_text(json.dumps(asdict(deployment), indent=2))
    return deployment


def _synthesize(assembly: Path, choices: Sequence[str]) -> None:
    architecture = _ARCHITECTURES[platform.machine()]
    packages = ROOT / "dist/lambda" / architecture
    missing = [name for name in PERMISSIONS if not (packages / f"{name}.zip").is_file()]
    if missing:
        raise NoTemplate(f"there are no packages for {', '.join(missing)} in {packages}: run `make package` first")
    made = ["stage=local", f"architecture={architecture}", f"mail_from={_SENDER}", f"mail_identity={_SENDER}"]
    command = [str(ROOT / ".venv-infra/bin/python"), "app.py", *made, *choices]
    environment = {
        **os.environ,
        "CDK_OUTDIR": str(assembly),
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1",
        "PYTHONPATH": str(ROOT / "src"),
    }
    done = subprocess.run(command, cwd=ROOT / "infra", env=environment, capture_output=True, text=True, timeout=_SYNTH_SECONDS, check=False)
    if done.returncode:
        raise NoTemplate(f"the CDK app failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
