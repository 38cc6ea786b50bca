"""The mock suite's web server, without the suite."""
