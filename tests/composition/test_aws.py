"""Where AWS is: told by the settings or by Amazon's own variables, and missed in one sentence."""

from pathlib import Path

import pytest

from demobackend.composition.audit import audit_events
from demobackend.composition.aws import Aws
from demobackend.composition.build import build
from demobackend.composition.checkups import aws_checkups
from demobackend.composition.settings import Settings, SettingsRefused, load_settings

SENTENCE = "No region is set: set AWS_REGION, or aws.region."


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No region, whatever this machine has."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "DEMOBACKEND_AWS__REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def settings() -> Settings:
    return load_settings(profile="aws", aws={"bucket": "files", "search_url": "https://search.example.test"})


def test_an_application_without_a_region_is_not_built(settings: Settings) -> None:
    with pytest.raises(SettingsRefused) as refused:
        _ = build(settings).dispatch
    assert str(refused.value) == SENTENCE


def test_no_client_goes_anywhere_without_a_region(settings: Settings) -> None:
    aws = Aws(settings)
    for make in (lambda: aws.s3, lambda: aws.ses, lambda: aws.secrets_manager, lambda: aws.public_pool, lambda: aws.opensearch):
        with pytest.raises(SettingsRefused, match="No region is set"):
            make()


def test_the_doctor_and_the_audit_miss_the_region_in_the_same_words(settings: Settings) -> None:
    [checkup] = aws_checkups(settings)
    assert checkup.findings == (SENTENCE,)
    with pytest.raises(SettingsRefused, match=SENTENCE):
        audit_events(settings, "ada@example.test", limit=1)


@pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION", "DEMOBACKEND_AWS__REGION"])
def test_a_region_that_the_environment_names_is_taken(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "eu-central-1")
    assert Aws(load_settings(profile="aws")).region == "eu-central-1"


def test_our_own_setting_beats_amazons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    assert Aws(load_settings(profile="aws", aws={"region": "eu-north-1"})).dynamodb.meta.region_name == "eu-north-1"
