"""Recording: exchanges with a real contour, kept with every personal value replaced, and played again."""
