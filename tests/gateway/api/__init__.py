"""What the REST face promises."""
