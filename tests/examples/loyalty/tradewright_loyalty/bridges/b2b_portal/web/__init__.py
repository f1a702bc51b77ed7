"""What loyalty adds to the pages of the portal."""
