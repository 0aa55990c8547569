"""Order entry at live venues: what all of them share. A venue's own words are in feeds/venues/<venue>/orders.py."""
