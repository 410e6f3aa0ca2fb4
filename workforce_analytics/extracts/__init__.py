"""Files and frames in, checked Extract out.

A file is read as text exactly as written (`reading`, with `delimited`, `workbooks` and `layout`),
brought to one shape (`reshaping`), given the contract's names (`mapping`), typed (`parsing`, with
`dates`) and checked against its contract (`contracts`); whatever is wrong is said all at once
(`quality`). Direct identifiers are refused unless a mapping declares them (`identifiers`).
"""
