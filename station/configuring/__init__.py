"""What can be configured, where, and how it is changed with its comments kept."""
