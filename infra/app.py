"""The CDK app: `cdk deploy -c mail_from=no-reply@example.org`. Run by itself it writes the template, offline and without an account."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from demobackend_infra.acknowledged import acknowledge
from demobackend_infra.choices import ChoiceRefused, choices_from
from demobackend_infra.stack import DemoBackend

OUT = Path(__file__).parents[1] / "build/infra/cdk.out"
FLAGS = {"@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": True}


def make_app(context: Mapping[str, object], *, out: str | None = None) -> tuple[App, DemoBackend]:
    """The app with its one stack, as the context chooses, under cdk-nag's rules. Raises `ChoiceRefused`.

    `out` is where it is written to; none takes the one that the CDK's command line asks for.
    """
    app = App(context={**FLAGS, **context}, outdir=out, analytics_reporting=False)
    choices = choices_from(app.node.get_all_context())
    stack = DemoBackend(app, f"DemoBackend-{choices.stage}", choices=choices)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    acknowledge(stack)
    return app, stack


def main(arguments: list[str]) -> int:
    """Write the template; arguments are choices, as in `stage=live`, beside those that the CDK's command line hands over."""
    context = dict(argument.split("=", 1) for argument in arguments)
    out = None if "CDK_OUTDIR" in os.environ else str(OUT)
    try:
        app, stack = make_app(context, out=out)
    except ChoiceRefused as error:
        print(f"refused: {error}", file=sys.stderr)
        return 2
    for message in app.synth().get_stack_artifact(stack.artifact_id).messages:
        print(message.entry.data, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
