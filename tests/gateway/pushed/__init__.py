"""Applications that the bus pushes, without a bus."""
