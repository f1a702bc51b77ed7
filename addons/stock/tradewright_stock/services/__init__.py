"""Business actions over several models of the stock addon."""
