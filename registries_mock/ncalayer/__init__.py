"""NCALayer as a page in a browser sees it: a WebSocket that signs, here with an invented person's key, unasked."""
