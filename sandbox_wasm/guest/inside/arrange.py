"""Runs once inside the guest, last of all when the image is built: arranges memory so that blocks write to few pages.

Every page a block writes to costs a page fault in a fresh instance and a copy where an instance is used
again. Left alone, a block that prints a number writes to some 160 pages: it counts references to
objects that lie anywhere, and makes its own where others have been freed. After the interpreter has been
warmed and settled, the host calls `start_census`, `end_census` and `pack`, in this order.
"""

import array
import functools
import gc
import os
import types

from _block_runner import CHANNEL, reserve

FREE_HEAP = 0  # bytes to leave free for the blocks; the host sets it

_filling = []
_census = []


def tell(*numbers):
    """Report numbers to the host."""
    os.write(CHANNEL, " ".join(map(str, numbers)).encode())


def start_census():
    """Tell the address and length of an array that holds the addresses of all objects.

    They are held, so that none of them is freed, until `end_census`.
    """
    found = {id(thing): thing for thing in gc.get_objects()}
    pending = list(found.values())
    while pending:
        for thing in _referents(pending.pop()):
            if id(thing) not in found:
                found[id(thing)] = thing
                pending.append(thing)
    for thing in reserve:  # a block that runs out of memory must be able to free it
        del found[id(thing)]
    addresses = array.array("L", found)
    _census.extend((found, addresses))
    tell(*addresses.buffer_info())


def _referents(thing):
    """What an object refers to, with what the garbage collector does not ask for."""
    yield from gc.get_referents(thing)
    if isinstance(thing, types.CodeType):
        yield from (thing.co_consts, thing.co_names, thing.co_linetable, thing.co_exceptiontable)
        yield from (thing.co_name, thing.co_qualname, thing.co_filename)
    elif isinstance(thing, type):  # those written in C are not known to the collector
        yield thing.__mro__
        yield thing.__bases__
        yield from vars(thing).values()
        yield from type.__subclasses__(thing)


def end_census():
    """Let go of what `start_census` holds."""
    _census.clear()
    gc.freeze()


def pack():
    """Fill what is free on the heap, but for its end, and keep it filled; tell where that end begins.

    What a block makes lies side by side then.
    """
    gc.collect()
    end = id(bytes(FREE_HEAP))
    beyond = []  # held until all is full: what has just been freed is the first to be handed out again
    for _ in range(2):  # the lists leave gaps where they grow
        gc.collect()  # empties the interpreter's own lists of free objects
        for size in (1 << power for power in range(20, 9, -1)):
            _fill(end, beyond, functools.partial(bytes, size), patience=4)
        for size in range(1016, 0, -8):
            _fill(end, beyond, functools.partial(bytes, size), patience=100)
        _fill(end, beyond, object, patience=100)
    beyond.clear()
    gc.freeze()
    bytearray(FREE_HEAP)  # leaves nothing but zeros
    tell(end)


def _fill(end, beyond, make, patience):
    """Make objects of one size until so many in a row lie beyond the end."""
    missed = 0
    while missed < patience:
        filling = make()
        if id(filling) < end:
            _filling.append(filling)
            missed = 0
        else:
            beyond.append(filling)
            missed += 1
