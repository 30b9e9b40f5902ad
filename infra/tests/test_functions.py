"""The functions: their settings, sizes, packages, logs."""

from typing import Any

import pytest
from synthesized import Synthesized

from demobackend.composition.settings import Profile, load_settings
from demobackend_infra.functions import ROOT, SIZES


def functions(made: Synthesized) -> list[dict[str, Any]]:
    return list(made.of_type("AWS::Lambda::Function").values())


def test_there_is_a_function_for_every_handler(plain: Synthesized) -> None:
    assert {made["Handler"] for made in functions(plain)} == {f"demobackend_lambda.{name}.handler" for name in SIZES}


def test_every_handler_has_its_module() -> None:
    assert [name for name in SIZES if not (ROOT / f"entrypoints/demobackend_lambda/{name}.py").is_file()] == []


def test_nothing_that_the_stack_brings_is_a_function_of_somebody_elses(plain: Synthesized) -> None:
    assert len(functions(plain)) == len(SIZES)


@pytest.mark.parametrize(("which", "architecture"), [("plain", "arm64"), ("chosen", "x86_64")])
def test_functions_run_python_3_13_on_the_chosen_processor(which: str, architecture: str, request: pytest.FixtureRequest) -> None:
    made = functions(request.getfixturevalue(which))
    assert {(one["Runtime"], *one["Architectures"]) for one in made} == {("python3.13", architecture)}


def test_functions_behind_the_api_end_before_the_gateway_gives_up() -> None:
    assert {SIZES[name].seconds for name in ("files", "users", "search", "service")} == {29}


def test_the_settings_that_functions_get_are_settings_that_there_are(plain: Synthesized, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = functions(plain)[0]["Environment"]["Variables"]
    for name, value in environment.items():
        monkeypatch.setenv(name, value if isinstance(value, str) else "made-at-deployment")
    settings = load_settings()
    assert (settings.profile, settings.aws.secrets_prefix) == (Profile.AWS, "demobackend/live/")


def test_all_functions_get_the_same_settings(plain: Synthesized) -> None:
    environments = [made["Environment"] for made in functions(plain)]
    assert environments == [environments[0]] * len(SIZES)


def test_no_setting_holds_a_secret(plain: Synthesized) -> None:
    assert "ClientSecret" not in str([made["Environment"] for made in functions(plain)])


def test_every_log_is_under_our_key_and_ends_after_three_months(plain: Synthesized) -> None:
    key = {"Fn::GetAtt": [plain.name_of("AWS::KMS::Key", named="KeysOperations"), "Arn"]}
    logs = plain.of_type("AWS::Logs::LogGroup").values()
    assert {(str(log["KmsKeyId"]), log["RetentionInDays"]) for log in logs} == {(str(key), 90)}


def test_every_function_writes_to_a_log_of_its_own(plain: Synthesized) -> None:
    logs = {made["LoggingConfig"]["LogGroup"]["Ref"] for made in functions(plain)}
    assert len(logs) == len(SIZES)
