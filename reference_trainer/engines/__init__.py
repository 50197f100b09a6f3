"""Where turns come from: engines that sample what a policy says next.

`interface.py` is the seam that rollouts are written against. `local.py` samples in the trainer's process from the
trainer's own weights: `slots.py` gives episodes a place, `memory.py` and `attention.py` hold their keys and values,
`passes.py` is what runs on the device, as CUDA graphs on a GPU, and `sampling.py` chooses tokens.
"""
