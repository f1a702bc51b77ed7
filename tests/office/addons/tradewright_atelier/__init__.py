"""What the tests of the back office work with: jobs of a workshop, with every kind of field."""
