"""Whether what is tested stands in what was learned: one search, for a split and for an evaluation."""
