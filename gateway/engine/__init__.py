"""The engine: who carries applications forward, and when."""
