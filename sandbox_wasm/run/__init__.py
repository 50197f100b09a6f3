"""What happens to a block: the instance it runs in, what the host does for it, its limits and its output."""
