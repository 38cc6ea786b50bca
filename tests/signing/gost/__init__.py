"""Promises of the GOST room: published vectors, real certificates, and two backends and a stranger that agree."""
