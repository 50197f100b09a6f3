"""Reasoning-Gym tasks of the category arithmetic."""
