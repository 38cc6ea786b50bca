"""NCALayer of the mock suite, over its real WebSocket."""
