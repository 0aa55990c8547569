"""One language for orders: the prompt of the screen and the command line read the same words."""
