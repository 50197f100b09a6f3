"""Settings by dotted name: nested dataclasses with some of their values replaced, and checked against their types."""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import yaml

from r1ci_env.errors import BadOption, did_you_mean

Config = TypeVar("Config")


def parse_assignments(assignments: list[str]) -> dict[str, Any]:
    """Return the values of texts such as ``grpo.steps=20``, read as YAML.

    Raises:
        BadOption: a text has no ``=``, or its value is no YAML.
    """
    found = {}
    for text in assignments:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise BadOption(f"A setting is written like grpo.steps=20, not {text!r}.")
        try:
            found[name.strip()] = yaml.safe_load(value) if value.strip() else ""
        except yaml.YAMLError as error:
            raise BadOption(f"The value of {name!r} is not YAML: {value!r}.") from error
    return found


def with_overrides(config: Config, overrides: Mapping[str, Any]) -> Config:
    """Return nested dataclasses with values replaced by dotted name.

    Raises:
        BadOption: a name is unknown (the message names the nearest), or a value of another type than the setting's.
    """
    for name, value in overrides.items():
        config = _with(config, name.split("."), value, name)
    return config


def flattened(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return the leaves of nested mappings by dotted name, as a recipe in YAML gives them."""
    found: dict[str, Any] = {}
    for name, value in tree.items():
        if isinstance(value, Mapping) and name != "shares":
            found |= flattened(value, f"{prefix}{name}.")
        else:
            found[f"{prefix}{name}"] = value
    return found


def _with(config: Any, path: list[str], value: Any, name: str) -> Any:
    known = [f.name for f in fields(config)] if is_dataclass(config) else []
    if path[0] not in known:
        raise BadOption(f"Unknown setting {name!r}: {path[0]!r} is not one of {known}.{did_you_mean(path[0], known)}")
    if len(path) > 1:
        return replace(config, **{path[0]: _with(getattr(config, path[0]), path[1:], value, name)})
    return replace(config, **{path[0]: _checked(value, get_type_hints(type(config))[path[0]], name)})


def _checked(value: Any, wanted: Any, name: str) -> Any:
    """Return a value as the type that a setting has."""
    origin, inner = get_origin(wanted), get_args(wanted)
    if origin in (Union, types.UnionType):
        if value is None and type(None) in inner:
            return None
        return _checked(value, next(kind for kind in inner if kind is not type(None)), name)
    if origin is Literal:
        if value in inner:
            return value
        raise BadOption(
            f"{name} must be one of {', '.join(map(str, inner))}, not {value!r}.{did_you_mean(value, inner)}"
        )
    if origin is tuple:
        entries = (
            value.split(",") if isinstance(value, str) else [value] if not isinstance(value, list | tuple) else value
        )
        return tuple(_checked(e.strip() if isinstance(e, str) else e, inner[0], name) for e in entries if e != "")
    if wanted is float and isinstance(value, int | str) and not isinstance(value, bool):
        try:
            return float(value)  # YAML takes 1e-5 for a text
        except ValueError:
            pass
    if wanted is int and isinstance(value, str) and value.lstrip("-").isdigit():
        return int(value)
    if wanted is str and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)  # as in vllm.devices=1, which YAML takes for a number
    if origin is Mapping and isinstance(value, Mapping):
        return {key: _checked(entry, inner[1], f"{name}.{key}") for key, entry in value.items()}
    kind = origin or wanted
    if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
        return value
    raise BadOption(f"{name} must be of type {getattr(kind, '__name__', kind)}, not {value!r}.")
