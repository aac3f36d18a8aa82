"""Compiled steps, one file per law. A driver knows the law and nothing of the potential.

All drivers work on arrays of particles from `start` to `stop`, `block` at a time: a block takes all steps of
the frame before the next one begins, so that it stays in the processor's first cache. `force` is the
potential's kernel, called once a stage for a block. Bodies are one block with `mutual` set: they pull each
other and leave their places at every kick in `track`, where the dust, driven next, finds them.
"""
