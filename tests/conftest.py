"""The real servers are there for every test that asks for one."""

pytest_plugins = ["tests.servers.plugin"]
