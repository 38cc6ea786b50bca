"""How a source is asked: one adapter a protocol, each driven by a passport."""
