"""Applications that the bus pushes: each form that a message may have, read and answered."""
