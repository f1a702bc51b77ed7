"""The portal where goods come from a warehouse."""
