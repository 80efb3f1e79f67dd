#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the C++ blocks of a page that begin with `// path` to that path below a folder; a block for a file that is in the tree
already is appended to a copy of it.

usage: extract.py PAGE ROOT OUT_DIR
"""
import pathlib
import sys

import markdown


def main():
    page, root, out = markdown.Page(sys.argv[1]), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    for block in page.blocks:
        name = block.file_name() if block.language == "cpp" else None
        if not name:
            continue
        file, shipped = out / name, root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        body = "".join(line + "\n" for line in block.lines[1:])
        file.write_text((shipped.read_text() if shipped.exists() else "") + body)


if __name__ == "__main__":
    main()
