"""Kazakhstan's GOST signatures and hashes: 34.310-2004, 34.310-2015 and 34.311-95, made and verified."""
