"""The secrets that functions read: keys that Secrets Manager makes up, and the app client's secret that Cognito made up."""

from aws_cdk import RemovalPolicy, SecretValue
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

_CHARACTERS = 64


class Secrets(Construct):
    """No value stands in the template: two are made up inside the service, one goes from Cognito to it inside CloudFormation."""

    def __init__(self, scope: Construct, name: str, *, key: kms.IKey, prefix: str, client_secret: str) -> None:
        super().__init__(scope, name)
        self.prefix = prefix
        self.cursor = self._made_up("Cursor", f"{prefix}cursor", "Signs the cursors of lists", key)
        self.refresh_token = self._made_up("RefreshToken", f"{prefix}refresh_token", "Signs refresh tokens", key)
        self.client_name = f"{prefix}client"
        self.client = secretsmanager.Secret(
            self,
            "Client",
            secret_name=self.client_name,
            description="The secret of the app client in the user pool",
            encryption_key=key,
            secret_string_value=SecretValue.resource_attribute(client_secret),
            removal_policy=RemovalPolicy.DESTROY,
        )

    def _made_up(self, name: str, secret_name: str, description: str, key: kms.IKey) -> secretsmanager.Secret:
        generator = secretsmanager.SecretStringGenerator(password_length=_CHARACTERS, exclude_punctuation=True)
        return secretsmanager.Secret(
            self,
            name,
            secret_name=secret_name,
            description=description,
            encryption_key=key,
            generate_secret_string=generator,
            removal_policy=RemovalPolicy.DESTROY,
        )
