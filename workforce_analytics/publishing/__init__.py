"""What people read: charts, sentences, tables, pages, workbooks and open data.

Everything here takes figures that have passed disclosure control (`disclosure.protected.Protected`)
and never sees an exact one.

- figures.py: looks figures up in a protected table;
- wording.py: numbers and names as people read them; definitions.py: what the words mean;
- comparisons.py, likelihoods.py, training_verdicts.py: what may be called higher or lower, more or
  less likely, narrowed or widened;
- charts/, sentences.py, tables.py: one table as a picture, in words, as rows and columns; each
  finds the kind of figures in its list: composition_, likelihood_, funnel_, strata_, training_,
  chairs_, programme_, network_ and survey_ files (survey_verdicts.py: which groups may be called
  lower or higher; survey_action_ files: from what staff say to what to work on first);
- layouts.py: what tables are put together from;
- page.py, profile.py, sections.py, templates/: pages made of them, and a report's annex;
  leadership.py: one page for a chief executive; action_page.py: one for whoever must act on the
  staff survey;
- books.py, spreadsheet.py, ods.py, open_data.py: the same tables as files for reuse;
- protection.py: what is said about disclosure control;
- writing.py: files appear whole or not at all.
"""
