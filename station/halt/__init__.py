"""Every way to stop: kill and its proof, cancelling at the venue ourselves, ending a desk."""
