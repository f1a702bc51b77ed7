"""The models of the account addon."""
