"""The concepts of the base addon, one file each."""
