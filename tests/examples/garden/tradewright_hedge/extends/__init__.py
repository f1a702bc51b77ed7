"""What hedge adds to beds."""
