"""What tickets refer to in account."""
