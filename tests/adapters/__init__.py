"""What adapters promise, against small servers of the tests' own."""
