"""What electronic orders need of their own."""
