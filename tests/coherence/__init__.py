"""What registries say of one family, read over the wire and compared, by code that knows nothing of who invents it."""
