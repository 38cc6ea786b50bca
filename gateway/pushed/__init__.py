"""Applications that the bus pushes to us, and what it is told of them."""
