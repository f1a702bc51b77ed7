"""Business actions of the portal."""
