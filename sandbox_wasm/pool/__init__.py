"""Many blocks at once: a queue, and worker processes that each run blocks in a sandbox of their own."""
