"""The models of garden."""
