"""Promises of the dossier and its page."""
