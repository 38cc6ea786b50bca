"""Simulations: what no machine at hand can run on the wire, run in virtual time and on paper."""
