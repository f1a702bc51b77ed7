"""Points in the portal."""
