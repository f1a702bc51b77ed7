"""The models of the sale addon."""
