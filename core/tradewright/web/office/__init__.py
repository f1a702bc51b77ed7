"""The back office: generic pages over the views and models of the addon set. What a user may see is up to the guard."""
