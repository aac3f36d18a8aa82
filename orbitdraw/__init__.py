"""Draw with gravity; teach with the same picture."""
