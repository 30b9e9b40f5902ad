"""Cognito mails a code for every user that is made: how often one address is sent something is for us to count."""

from tests.adapters.cognito.scripted import Script, scripted_identity

from demobackend.domain.model.letter_rules import LetterRules
from demobackend.testing.contracts.identity_provider import ADA, OTHER_PASSWORD, PASSWORD

LETTERS = LetterRules().per_hour


def test_a_registration_that_is_repeated_too_often_makes_no_user_anew(script: Script) -> None:
    identity = scripted_identity(script)
    for _ in range(LETTERS + 1):
        identity.register(ADA, PASSWORD, None)
    made = [operation for operation, _ in script.asked].count("SignUp")
    script.asked.clear()
    identity.register(ADA, OTHER_PASSWORD, None)
    assert (made, script.asked) == (LETTERS + 1, [])
