"""The REST API, made from OPERATIONS: a method for each, its function, its authorizer, its limits."""

from collections.abc import Iterator, Mapping

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from demobackend.api.gateway_responses import gateway_responses
from demobackend.api.operation import Access
from demobackend.api.operations.table import OPERATIONS
from demobackend_infra.choices import Choices
from demobackend_infra.domain_name import domain_name_for
from demobackend_infra.functions import API_SECONDS
from demobackend_infra.logs import log_group

_LOGGED = {
    "time": "$context.requestTime",
    "request_id": "$context.requestId",
    "method": "$context.httpMethod",
    "resource": "$context.resourcePath",
    "status": "$context.status",
    "network": "$context.identity.sourceIp",
    "user_agent": "$context.identity.userAgent",
    "caller": "$context.authorizer.principalId",
    "authorizer_status": "$context.authorizer.status",
    "integration_status": "$context.integration.status",
    "integration_ms": "$context.integration.latency",
    "ms": "$context.responseLatency",
    "error": "$context.error.responseType",
    "firewall": "$context.wafResponseCode",
}
"""The resource and not the path, which could name what nobody but its owner should see."""


class Api(Construct):
    """Paths that no operation has, and methods that a path's operations leave out, go to the service function, which knows every
    route and refuses them in our own words. It needs nobody to be signed in for that, as little as preflights do."""

    def __init__(
        self, scope: Construct, name: str, *, choices: Choices, functions: Mapping[str, lambda_.Function], log_key: kms.IKey
    ) -> None:
        super().__init__(scope, name)
        self._choices = choices
        self._integrations = {name: _integration(function) for name, function in functions.items()}
        self.rest = self._rest_api(log_key)
        self.authorizer = apigateway.RequestAuthorizer(
            self,
            "Authorizer",
            handler=functions["authorizer"],
            identity_sources=[apigateway.IdentitySource.header("Authorization")],
            results_cache_ttl=Duration.seconds(choices.authorizer_cache_seconds),
        )
        self.public_methods = [*self._add_operations(), *self._add_the_rest()]
        self._word_refusals()

    def _rest_api(self, log_key: kms.IKey) -> apigateway.RestApi:
        choices = self._choices
        return apigateway.RestApi(
            self,
            "Rest",
            rest_api_name=f"demobackend-{choices.stage}",
            description="DemoBackend: files, users and search",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            binary_media_types=["*/*"],  # bodies come as they were sent; as text, what is not UTF-8 would be lost on the way
            domain_name=domain_name_for(self, choices),
            disable_execute_api_endpoint=choices.domain_name is not None,
            cloud_watch_role=True,
            deploy_options=apigateway.StageOptions(
                stage_name=choices.stage,
                access_log_destination=apigateway.LogGroupLogDestination(log_group(self, "AccessLog", log_key)),
                access_log_format=apigateway.AccessLogFormat.custom(_json(_LOGGED)),
                logging_level=apigateway.MethodLoggingLevel.ERROR,
                data_trace_enabled=False,  # bodies hold passwords and tokens
                metrics_enabled=True,
                throttling_rate_limit=choices.rate,
                throttling_burst_limit=choices.burst,
                method_options=dict(_stricter(choices)),
            ),
        )

    def _add_operations(self) -> Iterator[apigateway.Method]:
        """Each operation's method, and HEAD wherever there is a GET. Yields those that nobody needs to be signed in for."""
        for operation in OPERATIONS:
            resource = self.rest.root.resource_for_path(operation.path)
            for method in ("GET", "HEAD") if operation.method == "GET" else (operation.method,):
                added = self._add(resource, method, function=operation.area.value, guarded=operation.access is not Access.PUBLIC)
                if operation.access is Access.PUBLIC:
                    yield added

    def _add_the_rest(self) -> Iterator[apigateway.Method]:
        self.rest.root.add_resource("{proxy+}")
        for resource in _resources(self.rest.root):
            yield self._add(resource, "ANY", function="service", guarded=False)

    def _add(self, resource: apigateway.IResource, method: str, *, function: str, guarded: bool) -> apigateway.Method:
        if guarded:
            return resource.add_method(
                method,
                self._integrations[function],
                authorizer=self.authorizer,
                authorization_type=apigateway.AuthorizationType.CUSTOM,
            )
        return resource.add_method(method, self._integrations[function], authorization_type=apigateway.AuthorizationType.NONE)

    def _word_refusals(self) -> None:
        for kind, response in gateway_responses(frozenset(self._choices.cors_origins)).items():
            apigateway.GatewayResponse(
                self,
                f"Refusal-{kind}",
                rest_api=self.rest,
                type=apigateway.ResponseType.of(kind),
                status_code=str(response.status),
                response_headers=dict(response.headers),
                templates={"application/json": response.template},
            )


def _integration(function: lambda_.Function) -> apigateway.LambdaIntegration:
    """One permission for the whole API: a statement for each method would outgrow the function's policy."""
    return apigateway.LambdaIntegration(function, timeout=Duration.seconds(API_SECONDS), scope_permission_to_method=False)


def _resources(resource: apigateway.IResource) -> Iterator[apigateway.IResource]:
    """This resource and all below it."""
    yield resource
    for child in resource.node.children:
        if isinstance(child, apigateway.Resource):
            yield from _resources(child)


def _stricter(choices: Choices) -> Iterator[tuple[str, apigateway.MethodDeploymentOptions]]:
    """Sign-in operations, where every call costs a password hash or a mail, take fewer calls."""
    for operation in OPERATIONS:
        if operation.throttled:
            yield (
                f"{operation.path}/{operation.method}",
                apigateway.MethodDeploymentOptions(
                    throttling_rate_limit=choices.public_rate,
                    throttling_burst_limit=choices.public_burst,
                    logging_level=apigateway.MethodLoggingLevel.ERROR,
                    data_trace_enabled=False,
                    metrics_enabled=True,
                ),
            )


def _json(fields: Mapping[str, str]) -> str:
    return "{" + ",".join(f'"{name}":"{value}"' for name, value in fields.items()) + "}"
