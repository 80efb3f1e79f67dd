#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The shipped JSON schemas are the program's own, take every shipped configuration, and refuse every broken scenario but
those that say `# schema: cannot say` and why: what refers to something elsewhere, or needs the reader. Each stands alone,
and defines only what it refers to.

usage: check_schema.py SCX-COSIM CONFIGS BAD
"""
import json
import pathlib
import re
import subprocess
import sys

import jsonschema
import yaml


class Loader(yaml.SafeLoader):
    """YAML 1.2's core types, as editors and the readers have them: `off` and `on` are texts, and so is 010."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in [("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
                            ("bool", r"true|false", ["t", "f"]),
                            ("int", r"-?(?:0|[1-9][0-9]*)", list("-0123456789"))]:
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), first)


def read(path):
    return yaml.load(path.read_text(), Loader)


def referred(schema, part, found):
    """The names of the definitions that this part of the schema refers to, directly or through others."""
    if isinstance(part, list):
        for value in part:
            referred(schema, value, found)
    elif isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            name = part["$ref"].removeprefix("#/definitions/")
            if name not in found:
                found.add(name)
                referred(schema, schema["definitions"][name], found)
        for key, value in part.items():
            if part is not schema or key != "definitions":
                referred(schema, value, found)
    return found


def main():
    binary, configs, bad = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    problems, validators, counts = [], {}, {"sound": 0, "refused": 0, "left": 0}
    for kind, folder in [("scenario", "scenarios"), ("hardware", "hardware"), ("expect", "expect"), ("study", "studies")]:
        file = configs / "schema" / f"{kind}.json"
        schema = json.loads(file.read_text())
        jsonschema.Draft7Validator.check_schema(schema)
        validators[kind] = jsonschema.Draft7Validator(schema)
        if unused := set(schema.get("definitions", {})) - referred(schema, schema, set()):
            problems.append(f"{file} defines what it does not refer to: {', '.join(sorted(unused))}")
        printed = subprocess.run([binary, "schema", kind], capture_output=True, text=True, check=True).stdout
        if printed != file.read_text():
            problems.append(f"{file} is not what `scx-cosim schema {kind}` prints: renew it")
        line = f"# yaml-language-server: $schema=../schema/{kind}.json"
        for config in sorted((configs / folder).glob("*.yaml")):
            errors = [f"{config}: {'.'.join(map(str, e.absolute_path))}: {e.message[:200]}"
                      for e in validators[kind].iter_errors(read(config))]
            problems += errors
            counts["sound"] += not errors
            if line not in config.read_text().splitlines():
                problems.append(f"{config} does not name its schema: {line}")
    for config in sorted(bad.glob("*.yaml")):
        left = "# schema: cannot say" in config.read_text()
        try:
            refused = not validators["scenario"].is_valid(read(config))
        except yaml.YAMLError:
            refused = True  # no YAML: an editor says so without a schema
        if refused == left:
            problems.append(f"{config}: " + ("refused, though it says the schema cannot" if left else "taken"))
        counts["left" if left else "refused"] += 1
    print(f"{counts['sound']} configurations taken, {counts['refused']} refused, {counts['left']} left to the readers, "
          f"{len(problems)} problems")
    sys.exit("\n".join(problems) if problems else 0)


if __name__ == "__main__":
    main()
