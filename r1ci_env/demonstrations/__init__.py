"""Trajectories for a warm start, made from the tasks' own solvers and played in the real environment."""
