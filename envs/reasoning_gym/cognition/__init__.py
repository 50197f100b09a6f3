"""Reasoning-Gym tasks of the category cognition."""
