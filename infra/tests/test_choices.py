"""What a context may hold."""

import pytest

from demobackend_infra.choices import Architecture, ChoiceRefused, choices_from

MAIL = {"mail_from": "no-reply@mail.example.org"}


def test_a_sender_is_all_that_must_be_chosen() -> None:
    choices = choices_from(MAIL)
    assert (choices.stage, choices.architecture, choices.authorizer_cache_seconds) == ("live", Architecture.ARM64, 0)


def test_choices_of_the_command_line_are_texts() -> None:
    choices = choices_from({**MAIL, "rate": "12.5", "cors_origins": "https://a.example.org, https://b.example.org"})
    assert (choices.rate, choices.cors_origins) == (12.5, ("https://a.example.org", "https://b.example.org"))


def test_the_cdks_own_context_is_passed_over() -> None:
    assert choices_from({**MAIL, "@aws-cdk/core:flag": True, "aws:cdk:enable-path-metadata": True}) == choices_from(MAIL)


def test_an_unknown_choice_comes_with_the_one_that_may_be_meant() -> None:
    with pytest.raises(ChoiceRefused, match=r"no choice alarm_mail\. Did you mean alarm_email\?"):
        choices_from({**MAIL, "alarm_mail": "ops@example.org"})


@pytest.mark.parametrize(
    ("context", "because"),
    [
        ({}, "mail_from"),
        ({**MAIL, "search": "dynamodb"}, "no such search index"),
        ({**MAIL, "domain_name": "api.example.org"}, "given together"),
        ({**MAIL, "search_masters": 2}, "0, 3 or 5"),
        ({**MAIL, "cors_origins": "*"}, "exact origins"),
        ({**MAIL, "cors_origins": "https://*.example.org"}, "exact origins"),
        ({**MAIL, "cors_origins": "https://app.example.org/"}, "exact origins"),
        ({**MAIL, "stage": "Live"}, "stage"),
        ({**MAIL, "authorizer_cache_seconds": 301}, "authorizer_cache_seconds"),
    ],
)
def test_what_cannot_be_deployed_is_refused_with_the_reason(context: dict[str, object], because: str) -> None:
    with pytest.raises(ChoiceRefused, match=because):
        choices_from(context)


@pytest.mark.parametrize(("more", "identity"), [({}, "mail.example.org"), ({"mail_identity": "me@example.org"}, "me@example.org")])
def test_mails_go_out_under_the_senders_domain_unless_another_identity_is_named(more: dict[str, str], identity: str) -> None:
    assert choices_from({**MAIL, **more}).sender_identity == identity
