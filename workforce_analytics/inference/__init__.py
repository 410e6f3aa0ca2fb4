"""Arithmetic only: arrays and small tables in, frozen records out; no labels, no files, no people.

- intervals.py     the record that every interval comes in, and the checks of what goes in
- proportions.py   shares: Wilson and others by name, differences, samples of a known staff
- ratios.py        one rate against another: risk and odds ratios, against the whole, over time
- score.py         limits of a ratio where a count is 0 or full
- two_by_two.py    two groups by two outcomes: z, Fisher, mid-P, exact odds ratio
- hypergeometric.py  the exact distribution behind them
- screening.py     the screening range, shortfalls, one-person flips, what a size can show
- zone.py          that range by whole numbers alone
- rates.py         counts of events: Byar, exact Poisson, standardised rates
- rate_ratios.py   two rates over time against each other; people with several events
- clustered_rates.py  one such rate, where the same people have many of the events
- funnel.py        limits for services of each size, with over-dispersion
- stratified.py    two groups within strata: Mantel-Haenszel, Tarone, Woolf, expected passes
- risk_difference.py  the same in percentage points
- exact_strata.py  the same with exact limits, by hypergeometric_sums.py; strata.py checks both
- expected_limits.py  a funnel of observed over expected, where chance is hypergeometric
- shrinkage.py     rates of small units drawn towards a common one, by two_level.py
- regression.py    logistic regression on counts, clustered errors; average_gap.py what it comes to
- conditional.py   the same within each vacancy; passes expected given each vacancy's total
- clustered_conditional.py  that with errors from leaving out one cluster (a service) at a time
- noncentral.py, conditional_likelihood.py, estimable.py, maximising.py, clustering.py
                   what those two are made of
- contests.py      what is expected of a group at given log odds: contests, shares, events
- rollout.py, two_way.py  rows under a roll-out, and the weights of its average effect
- rollout_effect.py  that effect, with cluster jackknife, score bootstrap and randomisation
- pooled.py        one coefficient for an exposure, and its weights
- detectable.py    how small an effect could be told, and how long it would take
- verdicts.py      narrowed, widened, no change that matters, cannot tell
- risk_difference.py  two groups within strata, as a difference: Mantel-Haenszel, Sato
- event_study.py   before and after a roll-out, by cohort and time, put together in four ways; of
                   event_study_effects.py, event_study_aggregates.py, event_study_draws.py
- time_series.py   a rate before and after something happened to all, with serial.py's errors
- survival.py      how long something lasts and how it ends: Kaplan-Meier, Aalen-Johansen;
                   log_rank.py whether groups differ; life_table.py what both are made of
- multiplicity.py  p-values of several comparisons: Holm, Benjamini-Hochberg
- weighting.py     post-strata, raking, trimming, Kish's design effect, on cells; margins.py
                   what they must meet; weighted_errors.py shares and means with such weights
- finite.py        shares and means of a survey some of a known staff answered, from sums over its
                   respondents; finite_limits.py their limits
- representativity.py  whether those who answered are a likeness of the staff: R-indicators
- importance.py    which predictors an outcome goes with most: Shapley shares of R-squared
- reliability.py   whether the items of a theme tell one thing: alpha, omega
- ordinal.py       ordered logit on counts of answers, and whether one odds ratio will do
- waves.py         change between two waves that cannot be linked, whatever their overlap;
                   wave_bands.py how far they may lie apart by chance
- priorities.py    what to act on first: size x gap x driver, with how sure that order is
- rounding.py      half up, in decimals; whole people

statsmodels and scipy are imported when a function is called, so that importing this costs nothing.
"""
