"""What buyers do with tickets."""
