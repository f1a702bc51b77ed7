"""Business actions over several models of the sale addon."""
