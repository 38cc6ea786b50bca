"""What the demo promises: it shows the whole way, fits its terminal, and harms nobody's files."""
