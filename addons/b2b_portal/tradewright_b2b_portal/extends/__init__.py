"""What the portal adds to models of other addons."""
