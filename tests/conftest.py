"""The real servers are there for every test that asks for one."""

import moto  # noqa: F401 - first: moto reaches only sessions of boto3 that are made after it was loaded

pytest_plugins = ["tests.servers.plugin"]
