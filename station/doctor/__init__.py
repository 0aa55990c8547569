"""What would keep a desk from running well."""
