"""What several rooms' tests stand on: a clock that moves, an authority with keys, servers in this process."""
