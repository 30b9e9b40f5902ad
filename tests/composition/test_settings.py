"""Where settings come from, in which order, and what happens to typing errors."""

from datetime import timedelta
from pathlib import Path

import pytest

from demobackend.adapters.extraction.text_extractor import Limits
from demobackend.api.gate import Rules
from demobackend.composition.settings import Settings, SettingsRefused, load_settings
from demobackend.domain.model.lockout import LockoutRules
from demobackend.domain.model.usage import Plan

_NO_ORIGINS = [
    *("*", "null", "nonsense", "", "ftp://a.test", "https://", "https://*.a.test", "https://me@a.test"),
    *("https://a.test/", "https://a.test/path", "https://a.test?x", "https://a.test#x", "https://a.test "),
    *("https://A.test", "https://\u00e4.test", "https://[::1"),
    *("https://a.test:443", "http://a.test:80", "https://a.test:99999", "https://a.test:"),
]


@pytest.fixture(autouse=True)
def somewhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_choice_beats_the_environment_beats_dotenv_beats_the_file(somewhere_else: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (somewhere_else / "demobackend.toml").write_text('log_level = "ERROR"\nbase_url = "http://toml"\nprofile = "memory"\n')
    assert load_settings().base_url == "http://toml"
    (somewhere_else / ".env").write_text("DEMOBACKEND_BASE_URL=http://dotenv\n")
    assert load_settings().base_url == "http://dotenv"
    monkeypatch.setenv("DEMOBACKEND_BASE_URL", "http://environment")
    assert load_settings().base_url == "http://environment"
    assert load_settings(base_url="http://chosen").base_url == "http://chosen"
    assert load_settings().log_level == "ERROR"


def test_a_nested_setting_is_reached_by_two_underscores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMOBACKEND_SEARCH__KIND", "memory")
    monkeypatch.setenv("DEMOBACKEND_LIMITS__CALLER_CALLS", "7")
    settings = load_settings()
    assert (settings.kinds["search"], settings.kinds["catalog"], settings.limits.caller_calls) == ("memory", "sqlite", 7)


def test_two_sources_may_each_say_something_of_one_group(somewhere_else: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (somewhere_else / "demobackend.toml").write_text("[limits]\ncaller_calls = 7\npublic_calls = 8\n")
    monkeypatch.setenv("demobackend_limits__public_calls", "9")
    limits = load_settings(limits={"caller_seconds": 2.5}).limits
    assert (limits.caller_calls, limits.public_calls, limits.caller_seconds) == (7, 9, 2.5)


def test_a_list_or_a_whole_group_is_json_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMOBACKEND_CORS_ORIGINS", '["https://a.example", "https://b.example"]')
    monkeypatch.setenv("DEMOBACKEND_TOKENS", '{"seconds": 60}')
    monkeypatch.setenv("DEMOBACKEND_TOKENS__CLIENT_ID", "alone")
    settings = load_settings()
    assert settings.cors_origins == ["https://a.example", "https://b.example"]
    assert (settings.tokens.seconds, settings.tokens.client_id) == (60, "alone")


def test_what_should_be_json_and_is_none_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMOBACKEND_CORS_ORIGINS", "https://a.example")
    with pytest.raises(SettingsRefused, match="DEMOBACKEND_CORS_ORIGINS is no JSON"):
        load_settings()


def test_a_file_that_is_no_toml_is_named(somewhere_else: Path) -> None:
    (somewhere_else / "demobackend.toml").write_text("profile = memory\n")
    with pytest.raises(SettingsRefused, match=r"demobackend\.toml is no TOML"):
        load_settings()


def test_an_unknown_variable_in_dotenv_is_an_error_that_suggests_the_nearest(somewhere_else: Path) -> None:
    (somewhere_else / ".env").write_text("OTHERS=1\nDEMOBACKEND_DTA=x\n")
    with pytest.raises(SettingsRefused, match=r"DEMOBACKEND_DTA.*Did you mean data"):
        load_settings()


@pytest.mark.parametrize(("name", "meant"), [("DEMOBACKEND_PROFIL", "profile"), ("DEMOBACKEND_TOKENS__SECONS", "tokens.seconds")])
def test_an_unknown_variable_is_an_error_that_suggests_the_nearest(name: str, meant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "x")
    with pytest.raises(SettingsRefused, match=f"{name}.*Did you mean {meant}"):
        load_settings()


def test_an_unknown_name_in_the_file_is_an_error_that_suggests_the_nearest(somewhere_else: Path) -> None:
    (somewhere_else / "demobackend.toml").write_text('dta = "x"\n')
    with pytest.raises(SettingsRefused, match="Did you mean data"):
        load_settings()


@pytest.mark.parametrize(
    "chosen", [{"profile": "cloud"}, {"base_url": "ftp://x"}, {"base_url": "http://x/path"}, {"tokens": {"seconds": 4}}]
)
def test_a_value_that_is_not_acceptable_names_its_setting(chosen: dict[str, object]) -> None:
    with pytest.raises(SettingsRefused, match=next(iter(chosen))):
        load_settings(**chosen)


@pytest.mark.parametrize("origin", ["https://app.example.org", "http://127.0.0.1:3000", "http://[::1]:8080", "https://a-b.example:8443"])
def test_an_origin_as_browsers_send_it_is_taken(origin: str) -> None:
    assert load_settings(cors_origins=[origin]).cors_origins == [origin]


@pytest.mark.parametrize(
    "origin",
    _NO_ORIGINS,
)
def test_an_origin_that_no_browser_ever_sends_is_refused_and_named(origin: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        load_settings(cors_origins=["https://fine.test", origin])
    told = f"{origin!r} is no origin that a browser sends, such as 'https://app.example.org'"
    assert str(refused.value) == f"The setting cors_origins.1 is not acceptable: {told}."


def test_each_default_is_that_of_the_rules_themselves() -> None:
    settings = Settings()
    limits, extraction = settings.limits, settings.extraction
    assert Plan(**settings.plan.model_dump()) == Plan()
    assert (limits.caller_calls, timedelta(seconds=limits.caller_seconds)) == (Rules().caller_calls, Rules().caller_window)
    assert (limits.public_calls, timedelta(seconds=limits.public_seconds)) == (Rules().public_calls, Rules().public_window)
    assert LockoutRules() == LockoutRules(
        per_account=limits.failures_per_account,
        per_network=limits.failures_per_network,
        everywhere=limits.failures_everywhere,
        window=timedelta(minutes=limits.failure_minutes),
    )
    assert Limits() == Limits(
        cpu_seconds=extraction.cpu_seconds, wall_seconds=extraction.wall_seconds, memory_bytes=extraction.memory_mib * 1024**2
    )


def test_a_technology_without_such_a_port_is_refused() -> None:
    with pytest.raises(SettingsRefused, match=r"blobs\.kind"):
        _ = load_settings(blobs={"kind": "sqlite"}).kinds


def test_keys_that_sign_tokens_are_needed_where_we_are_the_identity_provider() -> None:
    with pytest.raises(SettingsRefused, match=r"identity\.kind=own"):
        _ = load_settings(profile="aws", identity={"kind": "own"}).kinds


@pytest.mark.parametrize(
    ("port", "kind", "better"), [("search", "memory", "opensearch"), ("search", "sqlite", "opensearch"), ("mail", "filesystem", "ses")]
)
def test_on_lambda_a_store_that_forgets_is_refused_with_the_one_to_choose(port: str, kind: str, better: str) -> None:
    settings = load_settings(profile="aws", **{port: {"kind": kind}})
    assert settings.kinds[port] == kind
    with pytest.raises(SettingsRefused, match=f"{port}.kind={kind} .* choose {better}"):
        settings.require_shared_stores()


@pytest.mark.parametrize("profile", ["memory", "local", "aws"])
def test_whole_profiles_run_on_lambda(profile: str) -> None:
    load_settings(profile=profile).require_shared_stores()
