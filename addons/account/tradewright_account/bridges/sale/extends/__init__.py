"""What accounting adds to orders."""
