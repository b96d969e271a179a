"""The counting engine: every number of the product is made here, from the rows of the sealed ledger (design 4)."""
