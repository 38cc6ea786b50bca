"""The portal's personal cabinet, as far as notifications come into it."""
