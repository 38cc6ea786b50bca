"""Load that looks like the country's: arrivals of a day, registries as slow as real ones, one away for two hours."""
