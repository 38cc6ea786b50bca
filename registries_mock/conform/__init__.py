"""Conformance: numbered requirements of the protocol, tried against a target, ours or a real contour's."""
