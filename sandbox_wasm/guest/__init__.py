"""What is built once: the guest, cut down and edited, compiled for this machine, and the snapshot of its memory."""
