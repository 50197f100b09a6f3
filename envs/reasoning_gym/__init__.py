"""Tasks of Reasoning-Gym, one folder per category."""
