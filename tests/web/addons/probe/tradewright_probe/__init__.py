"""What the tests of the web layer knock at."""
