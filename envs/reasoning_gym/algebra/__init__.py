"""Reasoning-Gym tasks of the category algebra."""
