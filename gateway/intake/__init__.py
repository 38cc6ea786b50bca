"""Intake: from the bytes of a request to a committed application; each step is pure but for the last."""
