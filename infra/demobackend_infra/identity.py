"""The user pool: who people are, their passwords, and the tokens that say so."""

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_ses as ses
from constructs import Construct

from demobackend.domain.model.caller import SiteRole
from demobackend_infra.choices import Choices, CognitoPlan
from demobackend_infra.plain import plain

ACCESS_TOKEN = Duration.minutes(15)
REFRESH_TOKEN = Duration.days(30)
GRACE = Duration.seconds(10)
_PLANS = {
    CognitoPlan.LITE: cognito.FeaturePlan.LITE,
    CognitoPlan.ESSENTIALS: cognito.FeaturePlan.ESSENTIALS,
    CognitoPlan.PLUS: cognito.FeaturePlan.PLUS,
}
_LETTER = "<p>Your confirmation code is {####}.</p><p>If you did not ask for an account, nothing more will happen.</p>"


class Identity(Construct):
    """People sign up and in through our functions only: the one client has a secret, which they hold.

    A user's name is our own identifier. The address is an attribute; that each has one account is a matter of our table.
    """

    def __init__(self, scope: Construct, name: str, *, choices: Choices) -> None:
        super().__init__(scope, name)
        self.configuration_set = ses.ConfigurationSet(
            self, "Mail", tls_policy=ses.ConfigurationSetTlsPolicy.REQUIRE, reputation_metrics=True, sending_enabled=True
        )
        self.sender_arn = Stack.of(self).format_arn(service="ses", resource="identity", resource_name=choices.sender_identity)
        self.pool = self._pool(choices)
        self._send_mail_through_ses(choices.mail_from)
        self.client = self._client()
        for role in SiteRole:
            cognito.UserPoolGroup(self, f"Group-{role}", user_pool=self.pool, group_name=role, description=f"Who has the role {role}")

    @property
    def issuer(self) -> str:
        """The claim `iss` of the pool's tokens."""
        return f"https://cognito-idp.{Stack.of(self).region}.amazonaws.com/{self.pool.user_pool_id}"

    @property
    def client_secret(self) -> str:
        """The client's secret, as a reference that CloudFormation resolves."""
        return plain(self.client, cognito.CfnUserPoolClient).attr_client_secret

    def _pool(self, choices: Choices) -> cognito.UserPool:
        is_plus = choices.cognito_plan is CognitoPlan.PLUS
        return cognito.UserPool(
            self,
            "Pool",
            sign_in_aliases=cognito.SignInAliases(username=True),
            sign_in_case_sensitive=False,
            self_sign_up_enabled=True,
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            standard_attributes=cognito.StandardAttributes(email=cognito.StandardAttribute(required=True, mutable=True)),
            user_verification=cognito.UserVerificationConfig(
                email_subject="Your confirmation code", email_body=_LETTER, email_style=cognito.VerificationEmailStyle.CODE
            ),
            # Our own rules decide (length, common passwords), before Cognito is asked; OWASP advises against composition rules.
            password_policy=cognito.PasswordPolicy(
                min_length=12, require_lowercase=False, require_uppercase=False, require_digits=False, require_symbols=False
            ),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            mfa=cognito.Mfa.OFF,
            feature_plan=_PLANS[choices.cognito_plan],
            standard_threat_protection_mode=cognito.StandardThreatProtectionMode.FULL_FUNCTION if is_plus else None,
            deletion_protection=True,
            removal_policy=RemovalPolicy.RETAIN,
        )

    def _send_mail_through_ses(self, sender: str) -> None:
        """The higher construct would have to know the region for that; the plain property does not."""
        plain(self.pool, cognito.CfnUserPool).email_configuration = cognito.CfnUserPool.EmailConfigurationProperty(
            email_sending_account="DEVELOPER",
            from_=sender,
            source_arn=self.sender_arn,
            configuration_set=self.configuration_set.configuration_set_name,
        )

    def _client(self) -> cognito.UserPoolClient:
        email = cognito.ClientAttributes().with_standard_attributes(email=True)
        return self.pool.add_client(
            "Client",
            generate_secret=True,
            auth_flows=cognito.AuthFlow(admin_user_password=True),
            disable_o_auth=True,
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            access_token_validity=ACCESS_TOKEN,
            id_token_validity=ACCESS_TOKEN,
            refresh_token_validity=REFRESH_TOKEN,
            refresh_token_rotation_grace_period=GRACE,
            read_attributes=email,
            write_attributes=email,
        )
