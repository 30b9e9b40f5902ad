"""What is turned away before the API: known attacks, floods from one network, bodies over the limit."""

import json
from collections.abc import Mapping
from datetime import timedelta

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from demobackend.api.errors import problem
from demobackend.domain.model.errors import DomainError, LimitExceeded, TooLarge
from demobackend_infra.choices import Choices

OVER_THE_LIMIT = r"^(\d{8,}|[2-9]\d{6}|1[1-9]\d{5}|10[5-9]\d{4}|1049\d{3}|1048[6-9]\d{2}|10485[89]\d|104857[7-9])$"
"""Every decimal number above 1,048,576, the API's limit in bytes."""
_COUNTED = (
    # People store, name and search for texts of any kind, and nothing here renders them: what looks like an attack in a body or a
    # query is somebody's file.
    "CrossSiteScripting_BODY",
    "CrossSiteScripting_QUERYARGUMENTS",
    "EC2MetaDataSSRF_BODY",
    "EC2MetaDataSSRF_QUERYARGUMENTS",
    "GenericLFI_BODY",
    "GenericLFI_QUERYARGUMENTS",
    "GenericRFI_BODY",
    "GenericRFI_QUERYARGUMENTS",
    "RestrictedExtensions_QUERYARGUMENTS",
    # The API has limits of its own, and its clients are programs.
    "NoUserAgent_HEADER",
    "SizeRestrictions_BODY",
    "SizeRestrictions_QUERYSTRING",
)
_TOO_LARGE, _TOO_MANY = "too-large", "too-many"
_MINUTE = 60


class Firewall(Construct):
    """The web ACL of the API's stage.

    A block answers in our words where it can: AWS WAF gives the status and the body, under `application/json` whatever we ask for,
    and knows neither path nor request id. Sampled requests stay off, because samples hold Authorization headers.
    Source: AWS WAF Developer Guide, "Custom responses for Block actions", "Core rule set", "Rate-based rule statement".
    """

    def __init__(self, scope: Construct, name: str, *, choices: Choices, stage: apigateway.Stage) -> None:
        super().__init__(scope, name)
        self.acl = wafv2.CfnWebACL(
            self,
            "Acl",
            scope="REGIONAL",
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_metrics("Acl"),
            custom_response_bodies={
                _TOO_LARGE: _body(TooLarge()),
                _TOO_MANY: _body(LimitExceeded(timedelta(seconds=_MINUTE))),
            },
            rules=[_large_bodies(0), _floods(1, choices.network_requests), *_managed(2)],
        )
        wafv2.CfnWebACLAssociation(self, "Association", web_acl_arn=self.acl.attr_arn, resource_arn=stage.stage_arn)


def _large_bodies(priority: int) -> wafv2.CfnWebACL.RuleProperty:
    """By the declared length, since AWS WAF itself reads the beginning of a body only. An undeclared one the functions refuse."""
    statement = wafv2.CfnWebACL.RegexMatchStatementProperty(
        field_to_match=wafv2.CfnWebACL.FieldToMatchProperty(single_header={"Name": "content-length"}),
        regex_string=OVER_THE_LIMIT,
        text_transformations=[wafv2.CfnWebACL.TextTransformationProperty(priority=0, type="NONE")],
    )
    return wafv2.CfnWebACL.RuleProperty(
        name="LargeBodies",
        priority=priority,
        statement=wafv2.CfnWebACL.StatementProperty(regex_match_statement=statement),
        action=_block(413, _TOO_LARGE),
        visibility_config=_metrics("LargeBodies"),
    )


def _floods(priority: int, requests: int) -> wafv2.CfnWebACL.RuleProperty:
    statement = wafv2.CfnWebACL.RateBasedStatementProperty(aggregate_key_type="IP", limit=requests, evaluation_window_sec=300)
    return wafv2.CfnWebACL.RuleProperty(
        name="Floods",
        priority=priority,
        statement=wafv2.CfnWebACL.StatementProperty(rate_based_statement=statement),
        action=_block(429, _TOO_MANY, {"Retry-After": str(_MINUTE)}),
        visibility_config=_metrics("Floods"),
    )


def _managed(priority: int) -> list[wafv2.CfnWebACL.RuleProperty]:
    """Amazon's own rules. What they block, the API's gateway response words."""
    counted = {"AWSManagedRulesCommonRuleSet": _COUNTED, "AWSManagedRulesKnownBadInputsRuleSet": ()}
    return [
        wafv2.CfnWebACL.RuleProperty(
            name=group,
            priority=priority + place,
            statement=wafv2.CfnWebACL.StatementProperty(managed_rule_group_statement=_group(group, names)),
            override_action=wafv2.CfnWebACL.OverrideActionProperty(none={}),
            visibility_config=_metrics(group),
        )
        for place, (group, names) in enumerate(counted.items())
    ]


def _group(name: str, counted: tuple[str, ...]) -> wafv2.CfnWebACL.ManagedRuleGroupStatementProperty:
    only_count = wafv2.CfnWebACL.RuleActionProperty(count={})
    overrides = [wafv2.CfnWebACL.RuleActionOverrideProperty(name=rule, action_to_use=only_count) for rule in counted]
    return wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(vendor_name="AWS", name=name, rule_action_overrides=overrides or None)


def _block(status: int, body: str, headers: Mapping[str, str] | None = None) -> wafv2.CfnWebACL.RuleActionProperty:
    response = wafv2.CfnWebACL.CustomResponseProperty(
        response_code=status,
        custom_response_body_key=body,
        response_headers=[wafv2.CfnWebACL.CustomHTTPHeaderProperty(name=name, value=value) for name, value in (headers or {}).items()]
        or None,
    )
    return wafv2.CfnWebACL.RuleActionProperty(block=wafv2.CfnWebACL.BlockActionProperty(custom_response=response))


def _body(error: DomainError) -> wafv2.CfnWebACL.CustomResponseBodyProperty:
    document = json.loads(problem(error, path="", request_id="").body)
    known = {name: value for name, value in document.items() if name not in {"instance", "request_id"}}
    return wafv2.CfnWebACL.CustomResponseBodyProperty(content_type="APPLICATION_JSON", content=json.dumps(known, separators=(",", ":")))


def _metrics(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=False)
