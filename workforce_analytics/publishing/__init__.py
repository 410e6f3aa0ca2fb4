"""What people read: charts, sentences, tables, pages, workbooks and open data.

Everything here takes figures that have passed disclosure control (`disclosure.protected.Protected`)
and never sees an exact one.

- figures.py: looks figures up in a protected table;
- wording.py: numbers and names as people read them;
- charts/, sentences.py, tables.py: one table as a picture, in words, as rows and columns;
- page.py, profile.py, templates/: pages made of them;
- books.py, spreadsheet.py, ods.py, open_data.py: the same tables as files for reuse;
- protection.py: what is said about disclosure control;
- writing.py: files appear whole or not at all.
"""
