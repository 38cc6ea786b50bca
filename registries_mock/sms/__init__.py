"""The SMS gateway: an inbox for every phone, and an outage on demand."""
