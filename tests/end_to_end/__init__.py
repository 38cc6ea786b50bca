"""Promises of the whole house, over real sockets."""
