"""What a guest offers the host beside its memory and the start of the interpreter."""

STACK_POINTER = "__stack_pointer"
CALL, THREAD_STATE, PROTECT_STACK = EXPORTED = (
    "PyObject_CallNoArgs",
    "PyThreadState_Get",
    "PyUnstable_ThreadState_SetStackProtection",
)
"""Functions of CPython's; the guest as it comes lacks these exports, its pruned module has them."""

STOP_FLAG = 8
"""Address of the byte at which every loop looks: where the guest's stack ends, which nothing gets to."""
