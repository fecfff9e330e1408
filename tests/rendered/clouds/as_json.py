"""Prints a template, or a machine's user-data, as JSON: run by the Python of this environment.

`as_json.py PATH`: what CloudFormation abbreviates, as `!Ref Name`, is written out.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml

_WHOLE = {"!Ref": "Ref"}


# Knows the short forms of CloudFormation's functions; others' use of SafeLoader stays what it is.
_Loader: Any = type("_Loader", (yaml.SafeLoader,), {})


def _function(loader: Any, tag: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    else:
        value = loader.construct_sequence(node, deep=True)
    return {_WHOLE.get(f"!{tag}", f"Fn::{tag}"): value}


_Loader.add_multi_constructor("!", _function)
# Of the date of a format it makes a day, which JSON does not know.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}

if __name__ == "__main__":
    text = Path(sys.argv[1]).read_text("utf-8")
    sys.stdout.write(json.dumps(yaml.load(text, _Loader)))  # noqa: S506 - a safe loader, and a tag
