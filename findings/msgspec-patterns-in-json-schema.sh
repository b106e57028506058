#!/bin/sh
# msgspec 0.22.0 (PyPI) with ajv 8.17.1 (npm) and jsonschema 4.25.1 (PyPI): the patterns in a JSON Schema that msgspec makes.
#
# Guess: `msgspec.json.schema` writes a `pattern` that every validator reads as msgspec does, or refuses one that JSON Schema cannot say.
# Found: it copies Python's expression as it stands, while JSON Schema's are ECMA-262's. Of the usual `\A…\Z` ajv refuses the whole schema,
# because these are no escapes there; jsonschema, itself Python, takes it. So a schema that Python's own tools find good can be unusable
# to every other program; expressions are to be written in what both languages know.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check msgspec==0.22.0 jsonschema==4.25.1
npm install --silent --no-save --prefix . ajv@8.17.1 > /dev/null
cat > judge.js <<'JS'
const Ajv = require("ajv");
const [pattern, ...texts] = JSON.parse(process.argv[2]);
let validate;
try {
  validate = new Ajv().compile({ type: "string", pattern });
} catch (error) {
  console.log("no schema");
  process.exit();
}
console.log(texts.map((text) => (validate(text) ? "yes" : "no")).join(" "));
JS
cat > ask.py <<'PY'
import json
import subprocess
from typing import Annotated

import jsonschema
import msgspec

TEXTS = ["US", "usa"]


def taken(pattern: str, text: str) -> str:
    try:
        msgspec.convert(text, Annotated[str, msgspec.Meta(pattern=pattern)])
    except msgspec.ValidationError:
        return "no"
    return "yes"


for pattern in (r"\A[A-Z]{2}\Z", "^[A-Z]{2}$"):
    schema = msgspec.json.schema(Annotated[str, msgspec.Meta(pattern=pattern)])
    validator = jsonschema.Draft202012Validator(schema)
    by_ajv = subprocess.run(
        ["node", "judge.js", json.dumps([schema["pattern"], *TEXTS])], capture_output=True, text=True, check=True
    ).stdout.strip()
    print(pattern, "copied" if schema["pattern"] == pattern else schema["pattern"], sep=": ")
    print("  msgspec:   ", *(taken(pattern, text) for text in TEXTS))
    print("  jsonschema:", *("yes" if validator.is_valid(text) else "no" for text in TEXTS))
    print("  ajv:       ", by_ajv)
PY
venv/bin/python ask.py | tee found
cat > expected <<'TEXT'
\A[A-Z]{2}\Z: copied
  msgspec:    yes no
  jsonschema: yes no
  ajv:        no schema
^[A-Z]{2}$: copied
  msgspec:    yes no
  jsonschema: yes no
  ajv:        yes no
TEXT
diff expected found
