"""What electronic orders add to orders."""
