"""The stack that runs DemoBackend on AWS, as an app for the AWS CDK."""
