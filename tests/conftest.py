"""Loads the servers; see tests/servers/fixtures.py for what a test may ask for."""

pytest_plugins = ["tests.servers.fixtures"]
