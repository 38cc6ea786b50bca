"""What intake promises: every fault has its code and place, and nothing is half-saved."""
