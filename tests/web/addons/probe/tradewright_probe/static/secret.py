"""Source, which nobody is to be served."""
