"""The derivation over arrays: one step for all entries of one, proved equal to the steps of its entries."""
