"""`make profile`: where the time goes of what falls short of its target."""
