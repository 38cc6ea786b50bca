"""What is seen of the gateway's work, and whether it says that it cannot work."""
