"""Tasks of SymBench."""
