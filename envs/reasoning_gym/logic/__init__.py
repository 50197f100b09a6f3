"""Reasoning-Gym tasks of the category logic."""
