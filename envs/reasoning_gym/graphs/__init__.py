"""Reasoning-Gym tasks of the category graphs."""
