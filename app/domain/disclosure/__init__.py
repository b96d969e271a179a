"""What may be made public of a count, so that no hidden cell can be worked out (security 8, decision 55)."""
