"""Reasoning-Gym tasks of the category induction."""
