"""Files' facts, accounts, sessions and everything else that is no bytes, in one table of Amazon DynamoDB."""
