"""Drivers: compiled integration loops, one file per law. A driver implements the law for any potential.

All drivers work on arrays of particles from `start` to `stop`, `block` at a time: a block takes all steps of
the frame before the next one begins, so that it stays in the first-level cache. `force` is the potential's
kernel, called once a stage for a block. Bodies are one block with `mutual` set: they attract each other and
write their positions at every kick to `track`, from which the dust, driven next, reads them.
"""
