"""Credentials and access tokens in Amazon Cognito user pools."""
