"""Venues over real sockets for the order side: one framework, and what each of them says."""
