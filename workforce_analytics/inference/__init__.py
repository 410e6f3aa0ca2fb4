"""Arithmetic only: arrays and small tables in, frozen records out; no labels, no files, no people.

- intervals.py     the record that every interval comes in, and the checks of what goes in
- proportions.py   shares: Wilson and others by name, differences, samples of a known staff
- rates.py         counts of events: Byar, exact Poisson, standardised rates
- funnel.py        limits for services of each size, with over-dispersion
- multiplicity.py  p-values of several comparisons: Holm, Benjamini-Hochberg
- rounding.py      half up, in decimals; whole people

statsmodels and scipy are imported when a function is called, so that importing this costs nothing.
"""
