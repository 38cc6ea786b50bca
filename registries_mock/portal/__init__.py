"""A worked example of a portal: a page that signs through NCALayer, and the small server that holds the key."""
