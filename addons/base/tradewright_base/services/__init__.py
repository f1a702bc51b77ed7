"""Business actions over several models of the base addon."""
