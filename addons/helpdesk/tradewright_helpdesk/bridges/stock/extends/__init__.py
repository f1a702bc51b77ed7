"""What tickets refer to in stock."""
