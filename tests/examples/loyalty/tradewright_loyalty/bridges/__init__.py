"""What loyalty does where another addon is enabled, too."""
