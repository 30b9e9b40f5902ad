"""The API's own name, where it has one."""

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as certificates
from constructs import Construct

from demobackend_infra.choices import Choices


def domain_name_for(scope: Construct, choices: Choices) -> apigateway.DomainNameOptions | None:
    """The name with its certificate, TLS 1.2 and newer; None when the default endpoint serves. Its DNS record is its owner's."""
    if choices.domain_name is None or choices.certificate_arn is None:
        return None
    return apigateway.DomainNameOptions(
        domain_name=choices.domain_name,
        certificate=certificates.Certificate.from_certificate_arn(scope, "Certificate", choices.certificate_arn),
        endpoint_type=apigateway.EndpointType.REGIONAL,
        security_policy=apigateway.SecurityPolicy.TLS_1_2,
    )
