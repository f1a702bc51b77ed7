"""An addon with jobs of every kind, for the tests of the job runner."""
