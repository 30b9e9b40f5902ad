"""The template before the tools that look at templates: cdk-nag and cfn-lint."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks
from synthesized import SENDER, Synthesized

from app import FLAGS
from demobackend_infra.acknowledged import acknowledgements
from demobackend_infra.choices import choices_from
from demobackend_infra.stack import DemoBackend

type Findings = set[tuple[str, str]]  # rule and construct path

INFRA = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def unacknowledged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Findings, Findings]:
    """What cdk-nag finds in a stack of which nothing is acknowledged; and what is acknowledged."""
    out = tmp_path_factory.mktemp("unacknowledged")
    app = App(context=FLAGS, outdir=str(out), analytics_reporting=False)
    stack = DemoBackend(app, "DemoBackend-live", choices=choices_from({"mail_from": SENDER}))
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    (report,) = json.loads((out / "validation-report.json").read_text())["pluginReports"]
    found = {(found["ruleName"], place["constructPath"]) for found in report["violations"] for place in found["violatingConstructs"]}
    return found, {(known.rule, known.construct.node.path) for known in acknowledgements(stack)}


def test_cdk_nag_looks(unacknowledged: tuple[Findings, Findings]) -> None:
    found, _ = unacknowledged
    assert len({rule for rule, _ in found}) >= 10


def test_every_finding_is_acknowledged_with_a_reason(unacknowledged: tuple[Findings, Findings]) -> None:
    found, known = unacknowledged
    assert {finding for finding in found if not any(_covers(one, finding) for one in known)} == set()


def test_nothing_is_acknowledged_that_is_not_found(unacknowledged: tuple[Findings, Findings]) -> None:
    found, known = unacknowledged
    assert {one for one in known if not any(_covers(one, finding) for finding in found)} == set()


@pytest.mark.parametrize("which", ["plain", "chosen"])
def test_cfn_lint_finds_nothing(which: str, request: pytest.FixtureRequest) -> None:
    made: Synthesized = request.getfixturevalue(which)
    command = [str(Path(sys.executable).parent / "cfn-lint"), "--config-file", str(INFRA / ".cfnlintrc.yaml"), str(made.file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout, done.returncode) == ("", 0)


def _covers(known: tuple[str, str], finding: tuple[str, str]) -> bool:
    return known[0] == finding[0] and f"{finding[1]}/".startswith(f"{known[1]}/")
