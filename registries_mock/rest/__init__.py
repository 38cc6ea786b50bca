"""REST: services that speak JSON."""
