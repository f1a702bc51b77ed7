"""What tickets refer to in sale."""
