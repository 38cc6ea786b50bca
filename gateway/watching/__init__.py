"""Eyes on the gateway: what it does, told as log lines, figures and spans; and whether it can do its work."""
