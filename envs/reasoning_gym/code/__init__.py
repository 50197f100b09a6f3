"""Reasoning-Gym tasks of the category code."""
