import pytest

from r1ci_env.errors import BadOption, R1ciError
from r1ci_env.kept_settings import NAMED, changes, keep_beside, read_object


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b"5", b"[" * 100_000, b"9" * 5_000])
def test_what_is_no_object_is_named_with_what_to_do(tmp_path, content):
    (tmp_path / "file.json").write_bytes(content)
    with pytest.raises(R1ciError, match=r"file\.json .*Do this\.$"):
        read_object(tmp_path / "file.json", "Do this.")


def test_what_differs_is_named_within_its_group():
    assert changes({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}) == "a.c 2, now 3"
    assert changes({"a": 1}, {"b": 1}) == "a 1, now None; b None, now 1"
    assert changes({"a": 1}, {"a": 1}) == ""
    many = changes({}, {str(number): number for number in range(1, NAMED + 4)})
    assert many.endswith("; and 3 more") and many.count(";") == NAMED


def test_a_file_is_gone_on_with_by_the_same_settings_alone(tmp_path):
    file = tmp_path / "folder" / "file"
    keep_beside(file, {"model": "a"})
    keep_beside(file, {"model": "b"})  # nothing was made with the other
    file.write_text("made")
    keep_beside(file, {"model": "b"})
    with pytest.raises(BadOption, match="begun with another model: choose another file"):
        keep_beside(file, {"model": "a"})
    file.with_name("file.settings.json").write_text("{")
    with pytest.raises(R1ciError, match=r"is no JSON.*Choose another file"):
        keep_beside(file, {"model": "b"})
    file.with_name("file.settings.json").unlink()
    with pytest.raises(BadOption, match="not what this makes"):
        keep_beside(file, {"model": "b"})
