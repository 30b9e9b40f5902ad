"""Bytes in Amazon S3, which clients reach through presigned requests."""
