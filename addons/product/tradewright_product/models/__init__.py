"""The concepts of the product addon, one file each."""
