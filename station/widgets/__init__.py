"""What chooses which view is drawn where, and what a click on it means."""
