"""Reasoning-Gym tasks of the category games."""
