"""Checked Extract in, Counts out: rows about people become tables of counts once, early.

An engine counts the raw codes (`counts`), which are then mapped on the few distinct values
(`harmonising`) to the categories of a code list. Who is counted is named (`populations`), and the
community to compare with is counted the same way (`community`).
Seats on recruitment panels (`panels`, `seats`) are joined to training records where they lie.
Months of staff networks (`network_months`) and promotions after a programme (`promotions`) are
counted for what came after training.
"""
