"""What Heat's own engine says of templates, without a cloud: run by the Python of its environment.

`heat_engine.py FOLDER...`: each has a `stack.yaml`, the files that it names, and `parameters.json`.
Prints a JSON list of what is wrong with each, or null. Only what asks a cloud is left out: whether
images, flavours and networks of these names exist there.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)

from heat.common import config, context, template_format  # noqa: E402, F401 - defines its options
from heat.common.exception import HeatException  # noqa: E402
from heat.engine import constraints, environment, resource, resources, stack, template  # noqa: E402
from oslo_config import cfg  # noqa: E402

_SAMPLES = {"string": "sample", "number": 3, "json": ["one", "two"]}
"""What a parameter is that has no default, by its type."""


def _load_engine() -> context.RequestContext:
    cfg.CONF(args=[], project="heat", default_config_files=[])
    cfg.CONF.set_override("connection", "sqlite://", group="database")
    resources.initialise()
    resource.Resource._validate_service_availability = classmethod(lambda *_, **__: None)
    # Of what looks things up in a cloud; what an address or a network is, Heat knows by itself.
    constraints.BaseCustomConstraint.validate = lambda *_, **__: True
    return context.RequestContext(user_id="nobody", project_id="nobody", is_admin=False)


def _problem(
    caller: context.RequestContext, path: Path, parameters: dict[str, object]
) -> str | None:
    files = {file.name: file.read_text("utf-8") for file in path.parent.glob("*.yaml")}
    try:
        parsed = template_format.parse(files[path.name])
        given = environment.Environment({"parameters": _samples(parsed) | parameters})
        made = stack.Stack(caller, "cdpsfy", template.Template(parsed, files=files, env=given))
        made.validate(validate_res_tmpl_only=True)
        for each in made.values():
            _validate_values(each, caller)
    except (HeatException, ValueError) as error:
        return f"{path.name}: {error}"
    return None


def _validate_values(each: resource.Resource, caller: context.RequestContext) -> None:
    each.t.properties(each.properties_schema, caller).validate()


def _samples(parsed: dict[str, dict[str, dict[str, str]]]) -> dict[str, object]:
    return {
        name: _SAMPLES[said["type"]]
        for name, said in parsed.get("parameters", {}).items()
        if "default" not in said
    }


def _judge(caller: context.RequestContext, folder: Path) -> str | None:
    given = json.loads((folder / "parameters.json").read_text("utf-8"))
    problems = (
        _problem(caller, path, given if path.name == "stack.yaml" else {})
        for path in sorted(folder.glob("*.yaml"))
    )
    return next((problem for problem in problems if problem), None)


if __name__ == "__main__":
    loaded = _load_engine()
    sys.stdout.write(json.dumps([_judge(loaded, Path(folder)) for folder in sys.argv[1:]]))
