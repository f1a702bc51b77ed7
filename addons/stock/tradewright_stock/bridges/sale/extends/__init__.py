"""What stock adds to orders."""
