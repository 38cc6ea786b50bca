"""How bytes get to a registry and back by a deadline: transports, and what an HTTP status means."""
