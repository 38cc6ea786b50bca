"""The shared vocabulary: our own name, type and titles for each thing that a registry can tell."""
