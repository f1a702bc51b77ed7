"""Business actions over several models of the account addon."""
