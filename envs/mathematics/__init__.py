"""Exact mathematics: expressions are read and compared, never evaluated by Python and never in floats."""
