"""Business actions over several models of the product addon."""
