"""The data dictionary holds every field of every contract, with what is allowed."""

from workforce_analytics.extracts.contracts import contract, contract_names
from workforce_analytics.extracts.dictionary import dictionary, dictionary_text


def test_dictionary_holds_every_field() -> None:
    found = dictionary()
    assert len(found) == sum(len(contract(name).fields) for name in contract_names())
    fte = found.query("contract == 'workforce' and field == 'fte'").iloc[0]
    assert fte["allowed"] == "a number of at least 0, up to 4 decimals"
    assert (found["allowed"].str.len() > 0).all()


def test_dictionary_text_tells_fields_keys_and_rules() -> None:
    text = dictionary_text("panels")
    assert "Key: vacancy_id, stage, person_id" in text
    assert "stage (required) - Stage" in text
    assert "Allowed: shortlisting, interview" in text
    assert "two_panels (warning)" in text
    assert all(f"{name}: one row is" in dictionary_text() for name in contract_names())
