"""The REST face of the gateway: one table of routes, one file a group of endpoints, one handler of errors."""
