"""Settings by dotted name, as command lines and recipes in YAML give them: dataclasses with values replaced."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

import yaml

from r1ci_env.errors import BadOption, did_you_mean

Config = TypeVar("Config")


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Refuses a name that is given twice, of which YAML would keep the last."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        names = [key.value for key, _ in node.value]
        for key, _ in node.value:
            if names.count(key.value) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} is given twice", key.start_mark)
        return super().construct_mapping(node, deep)


def read_yaml(text: str, what: str) -> Any:
    """Return the value of a text in YAML.

    Raises:
        BadOption: it is no YAML, or gives a name twice; the message calls it ``what``.
    """
    try:
        return yaml.load(text, Loader=_Loader)
    except RecursionError:
        raise BadOption(f"{what} cannot be read: it is nested too deeply.") from None
    except (yaml.YAMLError, ValueError) as error:  # the latter for a date or number that there is not
        raise BadOption(f"{what} cannot be read: {error}.") from error


def parse_assignments(assignments: list[str]) -> dict[str, Any]:
    """Return the values of texts such as ``grpo.steps=20``, read as YAML.

    Raises:
        BadOption: a text has no ``=``, or its value is no YAML.
    """
    found = {}
    for text in assignments:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise BadOption(f"A setting is written like grpo.steps=20, not {text!r}.")
        found[name.strip()] = read_yaml(value, f"The value of {name.strip()!r}") if value.strip() else ""
    return found


def with_overrides(config: Config, overrides: Mapping[str, Any]) -> Config:
    """Return nested dataclasses with values replaced by dotted name, or by a mapping for a part of them.

    Raises:
        BadOption: a name is unknown (the message names the nearest), or a value can't be that of the setting.
    """
    for name, value in overrides.items():
        config = _with(config, str(name).split("."), value, str(name))
    return config


def _with(config: Any, path: list[str], value: Any, name: str) -> Any:
    known = [f.name for f in fields(config)]
    if path[0] not in known:
        raise BadOption(f"Unknown setting {name!r}: {path[0]!r} is not one of {known}.{did_you_mean(path[0], known)}")
    old = getattr(config, path[0])
    if not is_dataclass(old):
        if path[1:]:
            whole = name.removesuffix(f".{'.'.join(path[1:])}")
            raise BadOption(f"Unknown setting {name!r}: {whole} has none of its own. Write {whole}={json.dumps(old)}.")
    elif path[1:]:
        value = _with(old, path[1:], value, name)
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            old = _with(old, [*str(key).split(".")], entry, f"{name}.{key}")
        value = old
    return replace(config, **{path[0]: value})
