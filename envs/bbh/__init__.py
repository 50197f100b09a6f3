"""Tasks of BIG-Bench Hard."""
