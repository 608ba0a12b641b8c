"""How sure a figure is: intervals from resamples, and from a formula for rates."""
