"""The models of fence."""
