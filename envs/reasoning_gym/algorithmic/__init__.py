"""Reasoning-Gym tasks of the category algorithmic."""
