"""Tests of the gathering: rounds, consents and late replies over a real store, with small fakes for the outside."""
