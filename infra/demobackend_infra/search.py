"""The search index: a domain of Amazon OpenSearch Service that only signed requests of our own account reach."""

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_opensearchservice as opensearch
from constructs import Construct

from demobackend_infra.choices import Choices
from demobackend_infra.logs import log_group

ENGINE = "OpenSearch_3.7"
ALIAS = "files"
_LOGS = {"ES_APPLICATION_LOGS": "Errors", "INDEX_SLOW_LOGS": "SlowIndexing", "SEARCH_SLOW_LOGS": "SlowSearches"}


class Search(Construct):
    """What is in the index can be made again from the table and the bucket, so it may go with the stack.

    Who may do what stands in the functions' own roles; the domain's policy hands the question over to them. The CDK's higher
    construct sets policies by functions of its own with wide roles, so this is the plain resource.
    """

    def __init__(self, scope: Construct, name: str, *, choices: Choices, data_key: kms.IKey, operations_key: kms.IKey) -> None:
        super().__init__(scope, name)
        stack = Stack.of(self)
        domain_name = f"demobackend-{choices.stage}"
        self.arn = stack.format_arn(service="es", resource="domain", resource_name=domain_name)
        publishing = self._log_groups(operations_key)
        self.domain = opensearch.CfnDomain(
            self,
            "Domain",
            domain_name=domain_name,
            engine_version=ENGINE,
            cluster_config=_cluster(choices),
            ebs_options=opensearch.CfnDomain.EBSOptionsProperty(ebs_enabled=True, volume_type="gp3", volume_size=choices.search_volume_gib),
            encryption_at_rest_options=opensearch.CfnDomain.EncryptionAtRestOptionsProperty(enabled=True, kms_key_id=data_key.key_id),
            node_to_node_encryption_options=opensearch.CfnDomain.NodeToNodeEncryptionOptionsProperty(enabled=True),
            domain_endpoint_options=opensearch.CfnDomain.DomainEndpointOptionsProperty(
                enforce_https=True, tls_security_policy="Policy-Min-TLS-1-2-PFS-2023-10"
            ),
            access_policies=self._access(stack.account),
            # A bulk names its index in the address, which roles can be held to, and nowhere else.
            advanced_options={"rest.action.multi.allow_explicit_index": "false"},
            log_publishing_options=publishing,
        )
        self.domain.node.add_dependency(self._log_policy)
        self.domain.apply_removal_policy(RemovalPolicy.DESTROY)

    @property
    def url(self) -> str:
        """Where the domain answers."""
        return f"https://{self.domain.attr_domain_endpoint}"

    def _access(self, account: str) -> iam.PolicyDocument:
        whole_account = iam.PolicyStatement(
            principals=[iam.AccountPrincipal(account)],
            actions=["es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut"],
            resources=[f"{self.arn}/*"],
        )
        return iam.PolicyDocument(statements=[whole_account])

    def _log_groups(self, key: kms.IKey) -> dict[str, opensearch.CfnDomain.LogPublishingOptionProperty]:
        groups = {kind: log_group(self, name, key) for kind, name in _LOGS.items()}
        self._log_policy = self._let_write(list(groups.values()))
        return {
            kind: opensearch.CfnDomain.LogPublishingOptionProperty(cloud_watch_logs_log_group_arn=group.log_group_arn, enabled=True)
            for kind, group in groups.items()
        }

    def _let_write(self, groups: list[logs.LogGroup]) -> logs.ResourcePolicy:
        stack = Stack.of(self)
        statement = iam.PolicyStatement(
            principals=[iam.ServicePrincipal("es.amazonaws.com")],
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            resources=[group.log_group_arn for group in groups],
            conditions={"StringEquals": {"aws:SourceAccount": stack.account}, "ArnLike": {"aws:SourceArn": self.arn}},
        )
        return logs.ResourcePolicy(self, "LogPolicy", policy_statements=[statement])


def _cluster(choices: Choices) -> opensearch.CfnDomain.ClusterConfigProperty:
    several = choices.search_instances > 1
    zones = opensearch.CfnDomain.ZoneAwarenessConfigProperty(availability_zone_count=2)
    return opensearch.CfnDomain.ClusterConfigProperty(
        instance_type=choices.search_instance,
        instance_count=choices.search_instances,
        zone_awareness_enabled=several,
        zone_awareness_config=zones if several else None,
        dedicated_master_enabled=choices.search_masters > 0,
        dedicated_master_count=choices.search_masters or None,
        dedicated_master_type="m7g.medium.search" if choices.search_masters else None,
    )
