"""What leaves the office as numbers anybody may see: numbered, frozen, signed by a second person (design 4 "Three outlets")."""
