"""Business payloads: requests read and replies written as a passport says."""
