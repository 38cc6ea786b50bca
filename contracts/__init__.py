"""What both sides agree on: services, data requests, passports, vocabulary, errors and messages."""
