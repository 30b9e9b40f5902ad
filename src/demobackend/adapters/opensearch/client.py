"""The one client of OpenSearch: how long it waits, how it signs."""

from urllib.parse import urlsplit

from opensearchpy import OpenSearch, Urllib3AWSV4SignerAuth, Urllib3HttpConnection

READ_SECONDS = 8
ATTEMPTS = 2  # within the 29 seconds that Amazon API Gateway waits


def opensearch_client(url: str, *, region: str | None) -> OpenSearch:
    """A client of the endpoint. An https endpoint is Amazon OpenSearch Service, whose requests are signed by the credentials that
    botocore finds; a http one, on loopback, is asked as it is.

    A time-out is not tried again: the caller has waited long enough. Source: opensearch-py's guide to request signing.
    """
    secure = urlsplit(url).scheme == "https"
    return OpenSearch(
        hosts=[url],
        http_auth=_signer(region) if secure else None,
        use_ssl=secure,
        verify_certs=secure,
        connection_class=Urllib3HttpConnection,
        timeout=READ_SECONDS,
        max_retries=ATTEMPTS - 1,
        retry_on_timeout=False,
        retry_on_status=(502, 503, 504),
        http_compress=True,
    )


def _signer(region: str | None) -> Urllib3AWSV4SignerAuth:
    from botocore.session import get_session

    session = get_session()
    return Urllib3AWSV4SignerAuth(session.get_credentials(), region or session.get_config_variable("region"), "es")
