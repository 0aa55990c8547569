"""What is shown: frozen values with the words and numbers of a reader."""
