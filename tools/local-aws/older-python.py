"""Rewrites an installed localstack package, whose source is for Python 3.13, to run on 3.11 and 3.12.

    python older-python.py SITE_PACKAGES

It uses the newer syntax for type parameters in some twenty places, and two newer library features.
None of it has a meaning at run time. Safe to run twice.
"""

import ast
import re
import sys
from pathlib import Path

CLASS = re.compile(r"^(\s*class \w+)\[([^\]]+)\](?:\((.*)\))?:", re.MULTILINE)
FUNCTION = re.compile(r"^(\s*(?:async )?def \w+)\[(?:[^\[\]]|\[[^\]]*\])+\]\(", re.MULTILINE)
FUNCTION_NAMES = re.compile(r"^\s*(?:async )?def \w+\[((?:[^\[\]]|\[[^\]]*\])+)\]\(", re.MULTILINE)
ALIAS = re.compile(r"^type (\w+) = ", re.MULTILINE)


def names(parameters: str) -> list[str]:
    return [parameter.split(":")[0].strip() for parameter in parameters.split(",")]


def rewrite(source: str) -> str:
    variables: dict[str, None] = {}

    def generic(match: re.Match) -> str:
        head, parameters, bases = match.groups()
        variables.update(dict.fromkeys(names(parameters)))
        listed = ", ".join(filter(None, [bases, f"_Generic[{', '.join(names(parameters))}]"]))
        return f"{head}({listed}):"

    for match in FUNCTION_NAMES.finditer(source):
        variables.update(dict.fromkeys(names(match[1])))
    source = FUNCTION.sub(r"\1(", source)
    source = CLASS.sub(generic, source)
    source = ALIAS.sub(r"\1 = ", source)
    source = source.replace("from warnings import deprecated", "from typing_extensions import deprecated")
    source = source.replace("install_lock: Lock | None", "install_lock: 'Lock | None'")
    if variables:
        header = "from typing import Generic as _Generic, TypeVar as _TypeVar\n"
        header += "".join(f'{name} = _TypeVar("{name}")\n' for name in variables)
        first_import = re.search(r"^(?:import|from) (?!__future__)", source, re.MULTILINE)
        source = source[: first_import.start()] + header + source[first_import.start() :]
    return source


if sys.version_info >= (3, 13):
    sys.exit()
changed = 0
for path in Path(sys.argv[1], "localstack").rglob("*.py"):
    source = path.read_text(encoding="utf-8")
    rewritten = rewrite(source)
    if rewritten != source:
        path.write_text(rewritten, encoding="utf-8")
        changed += 1
    ast.parse(rewritten, str(path))
print(f"{changed} files of localstack rewritten for Python {sys.version_info[0]}.{sys.version_info[1]}", file=sys.stderr)
