"""Cognito as a test scripts it."""

import pytest
from tests.adapters.cognito.key_server import token
from tests.adapters.cognito.scripted import Script


@pytest.fixture
def script() -> Script:
    """Whoever signs in gets tokens."""
    made = Script()
    made.answer("AdminInitiateAuth", AuthenticationResult={"AccessToken": token(), "ExpiresIn": 900, "RefreshToken": "grant"})
    return made
