"""Small files with every quirk that real exports have: sample_data/messy/, all of it invented.

What stands in `messy_texts` and `messy_sheets` is written as systems write it: their encodings,
separators, title rows, footers and date habits. What is wrong where is listed in faults.json, which
a test compares with what checking finds.
"""

from __future__ import annotations

import datetime
import io
import sys
import zipfile
from pathlib import Path
from typing import Any

from workforce_analytics.samples.messy_texts import TEXTS

HR_HEADER = (
    "Per. Ref.|Surname|Post Ref|Main Post|Person Type|Post Title|Reporting Unit|Grade|FTE|"
    "Hours|Wks|"
    "Ethnic Origin|Disabled|Religion|Gender|Cont. Service|NI No|Allegiance"
)
HR_ROWS = (
    "000481|Testperson-A|P01177|Y|Relief|Care Assistant (Relief)|ASC / Provider / Oak Hse|"
    "G4 (SCP 7-11)|0.0000|0|"
    "52|White – British|N|None|F|01/04/1900|ZZ000481A|x",
    "000482|Testperson-B|P01178|Y|Perm|Care Assistant|ASC / Provider / Oak Hse|G4|1.38|51|52|"
    "NOT STATED|Yes – Dyslexia|Christian|F|03/09/2012|ZZ000482A|x",
    "482|Testperson-B|P01190|Y|Perm|Cleaner|ASC / Provider / Oak Hse|G2|0.2000|7.4|52|NOT STATED|Y|"
    "Christian|F|03/09/2012|ZZ000482A|x",
    "000483|Testperson-C|P01179|N|Perm|Senior Carer|ASC / Provider / Oak Hse|@GRADE|1.0000|37|52|"
    "Refused|Yes|Muslim|F|15/01/2018|ZZ000483A|x",
    "ASC / Provider / Oak Hse Total|||||||||||||||||",
    "000484|Testperson-D|P01180|Y|Perm|Asst Dir – TUPE protected|Place / Strategy|SPOT|"
    "1.0000|37|52|"
    "Any Other|N|None|M|01/06/2009|ZZ000484A|x",
    "000485|Testperson-E|P01181|Y|Perm|Planner|Place / Strategy|G9|0.8108|30|52|Black/Caribbean|No|"
    "Jedi Knight (Reformed)|M|22/02/2020|ZZ000485A|x",
    "000486|Testperson-F|P01182|Y|Perm|Planner|Place / Strategy|G9|1.0000|37|52|3|2|Sikh|M|40605|"
    "ZZ000486A|x",
    "000486|Testperson-F|P01183|Y|Perm|Enforcement Officer|Place / Strategy|G7|0.1000|3.7|"
    "52|3|2|Sikh|"
    "M|30/02/2021|ZZ000486A|x",
    "000487|Testperson-G|P01184|Y|Apprentice|Planning Apprentice|Place / Strategy|APP|"
    "0.0000|0|52|Z|N|"
    "Hindu|F|01/09/2024|ZZ000487A|x",
    "Place / Strategy Total|||||||||||||||||",
)
HR_TITLES = ("Sample City Council", "Staff in post", "as at 31/03/2025", "OFFICIAL - SENSITIVE")
HR_FOOTER = "Run by an.analyst on 02/04/2025 08:14"

PLAN_HEADER = "Ref|Theme|Measure|Owner|Due|Baseline|Target|RAG|Progress"
PLAN_ROWS = (
    "1|Recruitment|Shortlisting gap|Pat Example|Q3|0.73|0.9|@RED|On track",
    "2|Declaration|Disability known|Pat Example|31/03/2026|0.88|0.95|@AMBER|Delayed",
    "3|Networks|Chairs trained|Lee Sample|Ongoing|3|six|@GREEN|Bit behind",
    "3|Networks|Protected time|Lee Sample|30/09/2025|4|4|@GREEN|Complete",
)
COLOURS = {"@RED": "#C00000", "@AMBER": "#FFC000", "@GREEN": "#00B050"}


def _workbook(path: Path) -> Any:
    import xlsxwriter  # type: ignore[import-untyped]

    book = xlsxwriter.Workbook(str(path), {"strings_to_numbers": False})
    book.set_properties({"created": datetime.datetime(2025, 4, 2, 8, 14)})
    return book


def write_hr_report(path: Path) -> None:
    """Write the HR system's report: titles, subtotals, a footer, a grade that Excel made a date."""
    book = _workbook(path)
    cover, sheet = book.add_worksheet("Read me"), book.add_worksheet("Data")
    cover.write(0, 0, "Every person in this workbook is invented.")
    date = book.add_format({"num_format": "dd-mmm"})
    for row, title in enumerate(HR_TITLES):
        sheet.write(row, 0, title)
    for row, line in enumerate((HR_HEADER, *HR_ROWS), start=len(HR_TITLES)):
        for column, cell in enumerate(line.split("|")):
            if cell == "@GRADE":
                sheet.write_datetime(row, column, datetime.datetime(2025, 10, 12), date)
            elif cell:
                sheet.write_string(row, column, cell)
    sheet.write(len(HR_TITLES) + len(HR_ROWS) + 1, 0, HR_FOOTER)
    book.close()


def write_action_plan(path: Path) -> None:
    """Write the action plan whose rating is only the colour of a cell."""
    book = _workbook(path)
    sheet = book.add_worksheet("Plan")
    for row, line in enumerate((PLAN_HEADER, *PLAN_ROWS)):
        for column, cell in enumerate(line.split("|")):
            if cell in COLOURS:
                sheet.write_blank(row, column, None, book.add_format({"bg_color": COLOURS[cell]}))
            else:
                sheet.write_string(row, column, cell)
    book.close()


def write_messy(folder: str | Path) -> None:
    """Write the messy extracts; organisation.toml, the mappings and faults.json are kept by hand.

    Parameters
    ----------
    folder
        Must be there already.
    """
    place = Path(folder)
    for name, (encoding, text) in TEXTS.items():
        (place / name).write_bytes(text.encode(encoding))
    write_hr_report(place / "hr_report.xlsx")
    write_action_plan(place / "action_plan.xlsx")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("keys.csv"), "person_id,key_type,key\n")
    (place / "renamed_zip.xlsx").write_bytes(packed.getvalue())


if __name__ == "__main__":
    write_messy(sys.argv[1])
