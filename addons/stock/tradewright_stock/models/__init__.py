"""The models of the stock addon."""
