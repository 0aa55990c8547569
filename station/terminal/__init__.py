"""What stands between the screen and the person: how fast the terminal takes bytes, which colours and signs it has."""
