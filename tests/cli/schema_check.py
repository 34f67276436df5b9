#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# schema_check.py - validates JSON lines against a schema of docs/.
"""schema_check.py SCHEMA FILE [last]: every line of FILE, or only its last; print how many were valid."""
import json
import sys

import jsonschema


def main():
    """0 when all lines are valid; complaints go to stdout."""
    with open(sys.argv[1], encoding='utf-8') as f:
        schema = json.load(f)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    with open(sys.argv[2], encoding='utf-8') as f:
        lines = f.read().splitlines()
    if sys.argv[3:] == ['last']:
        lines = lines[-1:]
    bad = 0
    for n, line in enumerate(lines, 1):
        for error in validator.iter_errors(json.loads(line)):
            print(f'line {n}: {"/".join(map(str, error.path))}: {error.message}')
            bad += 1
    print('valid' if lines and not bad else f'{bad} errors in {len(lines)} lines')
    return 1 if bad or not lines else 0


if __name__ == '__main__':
    sys.exit(main())
