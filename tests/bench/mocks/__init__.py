"""`make bench-mocks`: what the mock suite costs, beside its floor and beside other mock servers, in one run."""
