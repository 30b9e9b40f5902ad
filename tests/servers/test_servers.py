"""Each real server does the one thing that it was chosen for, and listens on loopback alone."""

import re
from dataclasses import replace
from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from opensearchpy.exceptions import ConflictError
from tests.servers.dynamodb_local import DynamoDbServer
from tests.servers.listening import listening
from tests.servers.ministack import Ministack
from tests.servers.opensearch import OpenSearchServer
from tests.servers.process import ServerProcess
from tests.servers.versitygw import S3Server

from demobackend.testing.wire import HttpRequest, send_over_http

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client
    from types_boto3_sesv2 import SESV2Client

pytestmark = pytest.mark.servers


def assert_loopback_only(process: ServerProcess) -> None:
    addresses = listening(process.child.pid)
    assert addresses, "the server listens nowhere"
    assert [address for address in addresses if not ip_address(address[0]).is_loopback] == []


@pytest.mark.xdist_group("versitygw")
class TestVersitygw:
    def test_an_object_comes_back_as_it_was_put(self, versitygw: S3Server) -> None:
        client: S3Client = versitygw.client("s3")
        bucket = versitygw.new_bucket()
        put = client.put_object(Bucket=bucket, Key="users/a/files/b", Body=b"bytes")
        got = client.get_object(Bucket=bucket, Key="users/a/files/b")
        assert (got["Body"].read(), got["VersionId"]) == (b"bytes", put["VersionId"])

    def test_a_signed_put_is_refused_for_another_content_type(self, versitygw: S3Server) -> None:
        client: S3Client = versitygw.client("s3")
        wanted = {"Bucket": versitygw.new_bucket(), "Key": "k", "ContentType": "text/plain"}
        url = client.generate_presigned_url("put_object", Params=wanted, ExpiresIn=60)
        statuses = [
            send_over_http(HttpRequest("PUT", url, (("content-type", kind), ("content-length", "1")), b"x")).status
            for kind in ("text/html", "text/plain")
        ]
        assert statuses == [403, 200]

    def test_a_wrong_secret_is_refused(self, versitygw: S3Server) -> None:
        client: S3Client = replace(versitygw, secret_key="wrong").client("s3")
        with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
            client.list_buckets()

    def test_it_listens_on_loopback_only(self, versitygw: S3Server) -> None:
        assert_loopback_only(versitygw.process)


@pytest.mark.xdist_group("dynamodb_local")
class TestDynamoDbLocal:
    @pytest.fixture
    def table(self, dynamodb_local: DynamoDbServer) -> str:
        name = dynamodb_local.new_table_name()
        client: DynamoDBClient = dynamodb_local.client("dynamodb")
        client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "PK", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}],
        )
        return name

    def test_a_transaction_with_one_failed_condition_writes_nothing(self, dynamodb_local: DynamoDbServer, table: str) -> None:
        client: DynamoDBClient = dynamodb_local.client("dynamodb")
        client.put_item(TableName=table, Item={"PK": {"S": "taken"}})
        with pytest.raises(client.exceptions.TransactionCanceledException) as refusal:
            client.transact_write_items(
                TransactItems=[
                    {"Put": {"TableName": table, "Item": {"PK": {"S": key}}, "ConditionExpression": "attribute_not_exists(PK)"}}
                    for key in ("free", "taken")
                ]
            )
        assert [reason["Code"] for reason in refusal.value.response["CancellationReasons"]] == ["None", "ConditionalCheckFailed"]
        assert "Item" not in client.get_item(TableName=table, Key={"PK": {"S": "free"}}, ConsistentRead=True)

    def test_it_listens_on_loopback_only(self, dynamodb_local: DynamoDbServer) -> None:
        assert_loopback_only(dynamodb_local.process)


@pytest.mark.xdist_group("opensearch")
class TestOpenSearch:
    def test_an_older_external_version_is_refused_and_the_newer_document_found(self, opensearch: OpenSearchServer) -> None:
        client = opensearch.client()
        index = f"index-{uuid4().hex}"
        client.index(index=index, id="a", body={"text": "newer"}, version=2, version_type="external", refresh=True)
        with pytest.raises(ConflictError, match="version_conflict_engine_exception"):
            client.index(index=index, id="a", body={"text": "older"}, version=1, version_type="external", refresh=True)
        hits = client.search(index=index, body={"query": {"match": {"text": "newer"}}})["hits"]["hits"]
        assert [hit["_id"] for hit in hits] == ["a"]

    def test_it_listens_on_loopback_only(self, opensearch: OpenSearchServer) -> None:
        assert_loopback_only(opensearch.process)


@pytest.mark.xdist_group("ministack")
class TestMinistack:
    @pytest.fixture(autouse=True)
    def _empty(self, ministack: Ministack) -> None:
        ministack.reset()

    def test_mail_from_an_unverified_sender_is_refused(self, ministack: Ministack) -> None:
        client: SESV2Client = ministack.client("sesv2")
        client.create_email_identity(EmailIdentity="known@example.com")
        send = partial(
            client.send_email,
            Destination={"ToAddresses": ["ada@example.com"]},
            Content={"Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "Ada"}}}},
        )
        send(FromEmailAddress="known@example.com")
        with pytest.raises(client.exceptions.MessageRejected):
            send(FromEmailAddress="unknown@example.com")
        assert [mail["Source"] for mail in ministack.mails()] == ["known@example.com"]

    def test_a_user_is_confirmed_by_the_mailed_code_alone(self, ministack: Ministack) -> None:
        client: CognitoIdentityProviderClient = ministack.client("cognito-idp")
        pool = client.create_user_pool(PoolName="p", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
        app = client.create_user_pool_client(UserPoolId=pool, ClientName="c")["UserPoolClient"]["ClientId"]
        client.sign_up(
            ClientId=app, Username="ada", Password="Correct-horse-1", UserAttributes=[{"Name": "email", "Value": "ada@example.com"}]
        )
        with pytest.raises(client.exceptions.CodeMismatchException):
            client.confirm_sign_up(ClientId=app, Username="ada", ConfirmationCode="000000")
        (code,) = re.findall(r"\d{6}", str(ministack.mails()[0]["BodyText"]))
        client.confirm_sign_up(ClientId=app, Username="ada", ConfirmationCode=code)
        assert client.admin_get_user(UserPoolId=pool, Username="ada")["UserStatus"] == "CONFIRMED"

    def test_it_listens_on_loopback_only(self, ministack: Ministack) -> None:
        assert_loopback_only(ministack.process)
