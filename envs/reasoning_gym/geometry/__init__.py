"""Reasoning-Gym tasks of the category geometry."""
