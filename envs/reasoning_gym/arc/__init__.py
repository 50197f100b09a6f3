"""Reasoning-Gym tasks of the category arc."""
