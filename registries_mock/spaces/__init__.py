"""Spaces: suites side by side in one process, so that one test's failures, messages and clock are not another's."""
