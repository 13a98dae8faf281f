"""Pages of allocation: plans, the matrix of one plan with its reasons, overrides, publication, shares by population."""
