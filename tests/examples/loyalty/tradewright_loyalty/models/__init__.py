"""The models of loyalty."""
