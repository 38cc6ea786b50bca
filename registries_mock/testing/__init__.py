"""The suite in tests: as a server on a free port, or without sockets; for pytest, unittest, and any other language."""

from registries_mock.testing.running import in_process, running

__all__ = ["in_process", "running"]
