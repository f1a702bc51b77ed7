"""What fence adds to beds."""
