"""Tests of webhooks: a store, portals that are functions or servers, and a clock that is moved by hand."""
