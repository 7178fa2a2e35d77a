"""Rows that are checked a column at a time give the same facts as each row by itself."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from lettergen.facts import load, table_reader
from lettergen.facts.csv_rows import text_rows
from lettergen.facts.model import Fact, Recipient, Sender, Signatory, Signature
from lettergen.facts.nodes import SourceText
from lettergen.facts.row_node import RowNode
from lettergen.facts.valid_records import all_valid
from lettergen.facts.validation_messages import models_in

MODELS: dict[str, type[Fact]] = {
    "senders": Sender,
    "recipients": Recipient,
    "signatories": Signatory,
    "signatures": Signature,
}
CELLS = {
    "id": ["ann", "bo-2", "", "Not An Id", "x" * 61],
    "name": ["Ann Lee", "Ó’Briain", "", "a b c d e f g h i j k l m n o p q r"],
    "name_given": ["Ann", "Bo Cy", "", "n" * 201],
    "name_family": ["Lee", ""],
    "name_caps_family": ["yes", "", "perhaps"],
    "address": ["1 Road\u20282 Town", "", "1 Road"],
    "address_1": ["1 Road", "", "l" * 301],
    "address_2": ["Oslo", ""],
    "country": ["NO", "Norway", "", "Neverland", "deu"],
    "language": ["en", "", "Deutsch", "kr"],
    "tags": ["citizen", "", "one; two", "Bad Tag"],
    "consent": ["yes", "", "no", "perhaps"],
    "organisation": ["Friends", ""],
    "in_office_from": ["2001-02-03", "", "soon"],
    "checked_on": ["2001-02-03", ""],
    "checked_source": ["a list", ""],
    "signs_for_name_full": ["Irene Khan", ""],
    "logo_file": ["a.png", ""],
    "logo_height": ["20", "", "400"],
    "rank": ["1", "", "0"],
    "withdrawn": ["2001-02-03", "", "no"],
    "serves": ["NO IS", ""],
    "channels": ["post; fax", "", "pigeon"],
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, str]:
    kind = draw(st.sampled_from(sorted(MODELS)))
    known = [name for name in CELLS if name in table_reader.columns(kind) or name[:-1] == "address_"]
    others = draw(st.lists(st.sampled_from(known), unique=True, min_size=2, max_size=8))
    heads = list(dict.fromkeys(["id", "name", *others]))
    if "name_given" in heads or "name_family" in heads:
        heads.remove("name")
    # Sound values come first: most tables have them alone, so that facts are compared.
    odd = draw(st.sampled_from([*heads, *([""] * 20)]))
    cells = [CELLS[name] if name == odd else CELLS[name][:2] for name in heads]
    rows = draw(st.lists(st.tuples(*map(st.sampled_from, cells)), min_size=1, max_size=4))
    return kind, "\n".join(",".join(row) for row in [heads, *rows])


@given(tables())
@settings(max_examples=300, deadline=None)
def test_columns_give_what_each_row_gives(drawn: tuple[str, str]) -> None:
    kind, text = drawn
    document = SourceText("x.csv", text)
    node = table_reader.Table(document, kind).records(text_rows(document))
    assert isinstance(node.value, list)
    rows = [item for item in node.value if isinstance(item, RowNode)]
    alone = [load.fact(row, MODELS[kind], "it")[0] for row in rows]
    again = table_reader.Table(SourceText("x.csv", text), kind).records(text_rows(SourceText("x.csv", text)))
    untouched = [item for item in again.value if isinstance(item, RowNode)]
    together = all_valid(untouched, MODELS[kind])
    if None in alone:
        assert together is None
        return
    assert together == alone
    for one, other in zip(together or (), alone, strict=True):
        assert other is not None
        assert _shape(one) == _shape(other)


def _shape(one: BaseModel) -> Any:
    """Return what pydantic keeps of a record, in its order."""
    inside = [_shape(value) for value in one.__dict__.values() if isinstance(value, BaseModel)]
    return list(one.__dict__.items()), one.model_fields_set, one.model_extra, inside


def _models(model: type[BaseModel]) -> set[type[BaseModel]]:
    below = [one for info in model.model_fields.values() for one in models_in(info.annotation)]
    return {model}.union(*map(_models, below))


@pytest.mark.parametrize("model", sorted(set().union(*map(_models, MODELS.values())), key=str))
def test_models_of_tables_have_no_check_that_columns_pass_over(model: type[BaseModel]) -> None:
    decorators = model.__pydantic_decorators__
    assert not decorators.field_validators
    assert not decorators.root_validators
    assert not model.__pydantic_post_init__
    assert all(info.default_factory is None for info in model.model_fields.values())
    for name, one in decorators.model_validators.items():
        # What looks at a text in the place of a group leaves a group as it is.
        fields: dict[str, object] = {"full": "Ann Lee"}
        assert one.info.mode == "after" or getattr(model, name)(fields) is fields


def test_rows_with_the_same_fields_share_what_says_so() -> None:
    text = "id,name,country\n" + "".join(f"s{number},Ann {number} Lee,NO\n" for number in range(3))
    document = SourceText("x.csv", text)
    loaded = load.loaded_senders([table_reader.Table(document, "senders").records(text_rows(document))])
    ones = loaded.facts()
    assert [one.name and one.name.full for one in ones] == ["Ann 0 Lee", "Ann 1 Lee", "Ann 2 Lee"]
    assert ones[0].model_fields_set is ones[2].model_fields_set
    assert ones[0].country is ones[2].country


def test_an_odd_row_among_many_stays_in_its_place() -> None:
    text = "id,name,title\na,Ann Lee,x\nb,Bo Lee,-\nc,Cy Lee,x\n"
    document = SourceText("x.csv", text)
    loaded = load.loaded_senders([table_reader.Table(document, "senders").records(text_rows(document))])
    assert [(one.id, one.title) for one in loaded.facts()] == [("a", "x"), ("b", None), ("c", "x")]
